import {
  addToConditioned,
  CONDITIONED_TYPES,
  type Conditioned,
  emptyConditioned,
  forgetConditioning,
  protectedIn,
} from './conditioned.ts';
import { entryOf } from './memory.ts';
import { type Action, type Cause, causeOf, distinct, idIn, type Policy, type Seen, withoutCause } from './policy.ts';
import { policyRules } from './policy-rules.ts';
import { raised } from './raised.ts';
import { addToStock, emptyStock, hasLeft, remaining, STOCK_TYPES, type Stock } from './stock.ts';

type Memory = {
  /** From a lot to what was prepared of it and to the batches that used it; from a batch to those downstream. By stream. */
  readonly into: Map<string, Set<string>>;
  /** By stream of a lot or batch: recalls of a lot that is in it. */
  readonly reached: Map<string, Cause[]>;
  readonly stock: Stock;
  readonly conditioned: Conditioned;
  /** By batch: recalls that quarantined it unit by unit. Units made later, or back again, are quarantined too. */
  readonly partly: Map<string, Cause[]>;
};

const NAME = 'material-recalled';

/** Entries of a batch that name lots. */
const USING = [
  'batch.material-used.',
  'batch.isolated.',
  'batch.passaged.',
  'batch.expanded.',
  'batch.harvested.',
  'batch.transduced.',
] as const;

/**
 * A supplier recalls a lot: what is left of every batch that has it inside, through lots prepared of it and through banks, is quarantined, and each
 * batch gets a critical deviation, since what was distributed needs a decision of people. Units that a conditioned patient waits for stay usable and
 * escalate in the treatment instead. It follows records of lots: a batch that only names the lot's number is found by the trace, and not here.
 */
export const materialRecalled: Policy<Memory> = {
  name: NAME,
  title: { en: 'Material recalled: quarantine what it is in', zh: '物料召回：隔离含有该批物料的未发放单元' },
  interestedIn: [
    'material.recalled.',
    'material.prepared.',
    'batch.origins-resolved.',
    ...USING,
    ...STOCK_TYPES,
    ...CONDITIONED_TYPES,
  ],
  initial: () => ({
    into: new Map(),
    reached: new Map(),
    stock: emptyStock(),
    conditioned: emptyConditioned(),
    partly: new Map(),
  }),

  see: (memory, event) => {
    if (event.type.startsWith('material.recalled.')) {
      return event.corrects === undefined ? distinct(spread(memory, event.stream, causeOf(event))) : [];
    }
    const { into, reached, stock, conditioned, partly } = memory;
    addToConditioned(conditioned, event);
    const fresh = addToStock(stock, event);
    const batch = idIn(event.stream);
    return distinct([
      ...sourcesOf(event).flatMap((source) => {
        entryOf(into, source, () => new Set<string>()).add(event.stream);
        return (reached.get(source) ?? []).flatMap((cause) => spread(memory, event.stream, cause));
      }),
      ...(fresh.length === 0 ? [] : (partly.get(batch) ?? []).flatMap((cause) => listed(memory, cause, batch, fresh))),
    ]);
  },

  unsee: ({ reached, partly, conditioned }, { id, type }) => {
    forgetConditioning(conditioned, { id });
    if (!type.startsWith('material.recalled.')) return;
    for (const held of [reached, partly]) for (const [key, known] of held) held.set(key, withoutCause(known, id));
  },
};

type Naming = {
  readonly material?: string;
  readonly media?: readonly { readonly material?: string }[];
  readonly parents?: readonly { readonly material?: string }[];
  readonly batches?: readonly string[];
};

/** Streams of what the event says is in the event's own. */
function sourcesOf({ type, data }: Seen): string[] {
  const { material, media = [], parents = [], batches = [] } = data as Naming;
  if (type.startsWith('batch.origins-resolved.')) return batches.map((id) => `batch-${id}`);
  if (type.startsWith('material.prepared.')) return lots(parents);
  return USING.some((prefix) => type.startsWith(prefix)) ? lots([{ ...(material !== undefined && { material }) }, ...media]) : [];
}

function lots(named: readonly { readonly material?: string }[]): string[] {
  return named.flatMap(({ material }) => (material === undefined ? [] : [`material-${material}`]));
}

/** Everything that the cause reaches from there and had not reached yet: also where the records lead in a circle. */
function spread(memory: Memory, from: string, cause: Cause): Action[] {
  const actions: Action[] = [];
  const waiting = [from];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const known = entryOf(memory.reached, at, () => []);
    if (known.some(({ id, stream }) => id === cause.id && stream === cause.stream)) continue;
    known.push(cause);
    if (at.startsWith('batch-')) actions.push(...consequences(memory, cause, idIn(at)));
    waiting.push(...(memory.into.get(at) ?? []));
  }
  return actions;
}

function consequences(memory: Memory, cause: Cause, batch: string): Action[] {
  const waitedFor = protectedIn(memory.conditioned, batch);
  const escalated = [...new Set(waitedFor.map(({ treatment }) => treatment))].map((treatment) =>
    raised(NAME, policyRules.promisedOfRecalled, cause, 'treatment', treatment),
  );
  const told = [raised(NAME, policyRules.batchOfRecalled, cause, 'batch', batch), ...escalated];
  if (!hasLeft(memory.stock, batch) && waitedFor.length === 0) return [...told, quarantine(cause, batch, 'whole-batch', 0)];
  entryOf(memory.partly, batch, () => []).push(cause);
  return [...told, ...listed(memory, cause, batch)];
}

/** A list is numbered by its lowest ordinal, which no other list of the batch has. */
function listed({ stock, conditioned }: Memory, cause: Cause, batch: string, among?: readonly string[]): Action[] {
  const waitedFor = new Set(protectedIn(conditioned, batch).map(({ unit }) => unit));
  const meant = [...(among ?? stock.made.get(batch)?.keys() ?? [])].filter((unit) => !waitedFor.has(unit));
  return remaining(stock, batch, meant).map(({ units, from }) => quarantine(cause, batch, { units }, from));
}

function quarantine(
  cause: Cause,
  batch: string,
  scope: 'whole-batch' | { readonly units: readonly string[] },
  n: number,
): Action {
  return {
    policy: NAME,
    cause,
    type: 'batch.quarantined.v1',
    target: batch,
    data: { scope, reason: 'material-recalled', cause: cause.id },
    n,
  };
}
