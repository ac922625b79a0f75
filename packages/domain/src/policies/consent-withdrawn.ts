import { addToLineage, descentsFrom, emptyLineage, LINEAGE_TYPES, type Lineage } from './lineage.ts';
import { entryOf } from './memory.ts';
import { type Action, type Cause, causeOf, distinct, idIn, type Policy, withoutCause } from './policy.ts';
import { addToStock, emptyStock, hasLeft, remaining, STOCK_TYPES, type Stock } from './stock.ts';

type Memory = {
  readonly lineage: Lineage;
  readonly stock: Stock;
  /** By person: withdrawals since the person last consented to therapy or research. */
  readonly causes: Map<string, Cause[]>;
  /** By batch: withdrawals that held it unit by unit, since some of it had left. Units made later, or back again, are held too. */
  readonly partly: Map<string, Cause[]>;
};

const NAME = 'consent-withdrawn';

/**
 * A consent to therapy or research is withdrawn, and the form says that this concerns material: what was not distributed yet is held until people have
 * decided. Withdrawal is not contamination: nothing is quarantined, what was distributed stays usable, and no recipient is listed as exposed.
 *
 * A batch of which nothing has left is held whole, so that units made later are held with it; of another one the units that are there, and those
 * that a later split makes. A consent given again is not held against what is opened from then on.
 */
export const consentWithdrawn: Policy<Memory> = {
  name: NAME,
  title: { en: 'Consent withdrawn: hold undistributed material', zh: '撤回同意：暂停使用未发放材料' },
  interestedIn: ['person.consent-', ...LINEAGE_TYPES, ...STOCK_TYPES],
  initial: () => ({ lineage: emptyLineage(), stock: emptyStock(), causes: new Map(), partly: new Map() }),

  see: (memory, event) => {
    const { lineage, stock, causes, partly } = memory;
    if (event.type.startsWith('person.')) {
      if (event.corrects !== undefined) return []; // purposes and effect cannot be corrected
      const person = idIn(event.stream);
      if (event.type.startsWith('person.consent-given.')) {
        if (concernsUse((event.data as { readonly purposes: readonly string[] }).purposes)) causes.delete(person);
        return [];
      }
      if (!event.type.startsWith('person.consent-withdrawn.') || !concernsMaterial(event.data)) return [];
      const cause = causeOf(event);
      entryOf(causes, person, () => []).push(cause);
      return distinct(descentsFrom(lineage, person).flatMap(({ batch }) => holdsOf(memory, cause, batch)));
    }
    const fresh = addToStock(stock, event);
    const batch = idIn(event.stream);
    const { descents } = addToLineage(lineage, event);
    return distinct([
      ...descents.flatMap((descent) =>
        (causes.get(descent.person) ?? []).flatMap((cause) => holdsOf(memory, cause, descent.batch)),
      ),
      ...(partly.get(batch) ?? []).flatMap((cause) => listed(cause, batch, stock, fresh)),
    ]);
  },

  unsee: ({ causes, partly }, { id, type }) => {
    if (!type.startsWith('person.consent-withdrawn.')) return;
    for (const held of [causes, partly]) for (const [key, known] of held) held.set(key, withoutCause(known, id));
  },
};

function concernsMaterial(data: unknown): boolean {
  const { purposes, effect } = data as { readonly purposes: 'all' | readonly string[]; readonly effect: string };
  return effect !== 'none-on-material' && (purposes === 'all' || concernsUse(purposes));
}

function concernsUse(purposes: readonly string[]): boolean {
  return purposes.includes('therapy') || purposes.includes('research');
}

function holdsOf({ stock, partly }: Memory, cause: Cause, batch: string): Action[] {
  if (!hasLeft(stock, batch)) return [hold(cause, batch, 'whole-batch', 0)];
  const known = entryOf(partly, batch, () => []);
  if (known.some(({ id, stream }) => id === cause.id && stream === cause.stream)) return [];
  known.push(cause);
  return listed(cause, batch, stock);
}

/** A list is numbered by its lowest ordinal, which no other list of the batch has. */
function listed(cause: Cause, batch: string, stock: Stock, among?: readonly string[]): Action[] {
  return remaining(stock, batch, among).map(({ units, from }) => hold(cause, batch, { units }, from));
}

function hold(cause: Cause, batch: string, scope: 'whole-batch' | { readonly units: readonly string[] }, n: number): Action {
  return {
    policy: NAME,
    cause,
    type: 'batch.held.v1',
    target: batch,
    data: { scope, reason: 'consent-withdrawn', cause: cause.id },
    n,
  };
}
