import { batches, type Derived, derive, donations, type Recorded } from '@cytoledger/domain';
import type { Commands } from './commands.ts';

/** A source gave, and the batch that it gave to was never opened. */
type Given = { readonly kind: 'donation' | 'unit'; readonly target: string; readonly unit: string | null };

type Pending = {
  /** Id of the opening as it was sent. */
  readonly opening: string;
  readonly occurredAt: string | null;
  readonly since: string;
  readonly given: Given[];
};

/** By the batch that was to be opened. Plain data, so that a runner can keep it with its checkpoint. */
export type OpeningMemory = Map<string, Pending>;

/**
 * Openings whose sender never came back between the sources' giving and the opening itself: after a configured time the opening is abandoned
 * and the sources take back what they gave (ARCHITECTURE.md, "Lineage is acyclic by construction").
 */
export function seeOpening(memory: OpeningMemory, event: Recorded): void {
  const target = event.stream.slice(event.stream.indexOf('-') + 1);
  switch (event.type) {
    case donations.materialIssued.type:
    case batches.unitConsumed.type: {
      const { into, unit } = event.data as { into: string; unit?: string };
      const pending = memory.get(into) ?? {
        opening: event.causation ?? event.id,
        occurredAt: event.occurredAt,
        since: event.recordedAt,
        given: [],
      };
      pending.given.push({
        kind: event.type === donations.materialIssued.type ? 'donation' : 'unit',
        target,
        unit: unit ?? null,
      });
      memory.set(into, pending);
      return;
    }
    case donations.materialReturned.type:
    case batches.unitReturnedToStock.type: {
      const { into, unit } = event.data as { into: string; unit?: string };
      const pending = memory.get(into);
      if (!pending) return;
      const left = pending.given.filter((given) => given.target !== target || given.unit !== (unit ?? null));
      if (left.length === 0) memory.delete(into);
      else memory.set(into, { ...pending, given: left });
      return;
    }
    case batches.opened.type:
      memory.delete(target);
  }
}

export const OPENING_TYPES: readonly string[] = [
  donations.materialIssued.type,
  donations.materialReturned.type,
  batches.unitConsumed.type,
  batches.unitReturnedToStock.type,
  batches.opened.type,
];

/** Gives up what has waited longer than `afterMs`; idempotent, since every id derives from the opening. */
export async function giveUpStaleOpenings(
  commands: Commands,
  memory: OpeningMemory,
  afterMs: number,
  nowMs: number,
): Promise<number> {
  let given = 0;
  for (const [batch, pending] of [...memory]) {
    if (nowMs - Date.parse(pending.since) < afterMs) continue;
    const trigger = {
      id: pending.opening,
      occurredAt: pending.occurredAt,
      capture: { mode: 'derived' as const, precision: pending.occurredAt === null ? ('unknown' as const) : ('s' as const) },
      correlation: pending.opening,
    };
    const abandoned = await commands.submitDerived(
      trigger,
      derive(batches.openingAbandoned, batch, { opening: pending.opening }, 'opening-abandoned'),
    );
    // Opened in the meantime, or abandoned before: only an abandoned opening lets the sources take back.
    if (abandoned.kind !== 'recorded' && !(await isAbandoned(commands, batch))) continue;
    for (const [n, each] of pending.given.entries()) await commands.submitDerived(trigger, undoing(each, batch, n));
    given++;
  }
  return given;
}

async function isAbandoned(commands: Commands, batch: string): Promise<boolean> {
  const { state } = await commands.read(batches.batch as never, batch);
  return (state as batches.BatchState).status === 'abandoned';
}

function undoing({ kind, target, unit }: Given, into: string, n: number): Derived {
  return kind === 'donation'
    ? derive(donations.materialReturned, target, { into }, donations.materialReturned.type, n)
    : derive(batches.unitReturnedToStock, target, { unit: unit!, into }, batches.unitReturnedToStock.type, n);
}
