import {
  addToConditioned,
  CONDITIONED_TYPES,
  type Conditioned,
  emptyConditioned,
  endsWaiting,
  forgetConditioning,
  protectedIn,
} from './conditioned.ts';
import { isLotFinding, LOT_FINDING_TYPES, LOT_RULES, type LotFinding, lotFinding, restsOn } from './lot-findings.ts';
import { entryOf } from './memory.ts';
import { type Action, distinct, idIn, type Policy, type Seen } from './policy.ts';
import { raised } from './raised.ts';
import { addToStock, emptyStock, hasLeft, remaining, STOCK_TYPES, type Stock } from './stock.ts';

type Memory = {
  /** From a lot to what was prepared of it and to the batches that used it; from a batch to those downstream. By stream. */
  readonly into: Map<string, Set<string>>;
  /** By stream of a lot or batch: what was found out about a lot that is in it. */
  readonly reached: Map<string, LotFinding[]>;
  readonly stock: Stock;
  readonly conditioned: Conditioned;
  /** By batch: findings that quarantined it unit by unit. Units made later, or back again, are quarantined too. */
  readonly partly: Map<string, LotFinding[]>;
  /** By cause and batch: units that were left to conditioned patients. They are quarantined once nobody waits for them. */
  readonly spared: Map<string, { readonly cause: LotFinding; readonly batch: string; readonly units: Set<string> }>;
  /** Causes and treatments whose physician was told. */
  readonly told: Set<string>;
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
/** Names lots that are in the one unit only. */
const DILUTING = 'batch.unit-reconstituted.';
/** Numbers the quarantine of a whole batch, above every ordinal. The deviation in the same batch is 0: under one number they would be one event. */
const WHOLE = 2 ** 32;
/** Kind of the node that stands for what was diluted of a batch. */
const DILUTED = 'diluted-';

/**
 * A supplier recalls a lot, or it is rejected after it was used: what is left of every batch that has it inside, through lots prepared of it and through banks, is quarantined, and each
 * batch gets a critical deviation, since what was distributed needs a decision of people. Units that a conditioned patient waits for stay usable and
 * escalate in the treatment instead, as long as that patient waits: when the treatment is closed, the unit is meant for somebody else, or the
 * conditioning was taken back, they are quarantined like the others. A diluent is in what was diluted with it and in nothing else of the batch: what was
 * diluted has left, so that a deviation is raised and nothing quarantined. A lot that is rejected because its time was up is asked about and quarantines nothing. It follows records of lots: a batch that only names the lot's number is found by the trace, and not here.
 */
export const materialRecalled: Policy<Memory> = {
  name: NAME,
  title: {
    en: 'Material recalled or rejected: quarantine what it is in',
    zh: '物料召回或判不合格：隔离含有该批物料的未发放单元',
  },
  interestedIn: [
    ...LOT_FINDING_TYPES,
    'material.prepared.',
    'batch.origins-resolved.',
    ...USING,
    DILUTING,
    ...STOCK_TYPES,
    ...CONDITIONED_TYPES,
  ],
  // Most entries about culture name no record of a lot.
  onlyMentioning: { typePrefixes: USING, text: '"material":"' },
  initial: () => ({
    into: new Map(),
    reached: new Map(),
    stock: emptyStock(),
    conditioned: emptyConditioned(),
    partly: new Map(),
    spared: new Map(),
    told: new Set(),
  }),

  see: (memory, event) => {
    if (isLotFinding(event)) {
      const cause = lotFinding(event, memory.reached.get(event.stream) ?? []);
      return cause ? distinct(spread(memory, event.stream, cause)) : [];
    }
    const { into, reached, stock, conditioned, partly } = memory;
    const waiting = addToConditioned(conditioned, event);
    const fresh = addToStock(stock, event);
    const batch = idIn(event.stream);
    const target = event.type.startsWith(DILUTING) ? `${DILUTED}${batch}` : event.stream;
    return distinct([
      ...sourcesOf(event).flatMap((source) => {
        entryOf(into, source, () => new Set<string>()).add(target);
        return (reached.get(source) ?? []).flatMap((cause) => spread(memory, target, cause));
      }),
      ...waiting.flatMap((unit) =>
        (reached.get(`batch-${unit.batch}`) ?? []).flatMap((cause) => telling(memory, 'conditioned', cause, unit.treatment)),
      ),
      ...(endsWaiting(event) ? noLongerSpared(memory) : []),
      ...(fresh.length === 0 ? [] : (partly.get(batch) ?? []).flatMap((cause) => listed(memory, cause, batch, fresh))),
    ]);
  },

  unsee: (memory, { id, type }) => {
    const { reached, partly, spared, conditioned } = memory;
    forgetConditioning(conditioned, { id });
    if (!isLotFinding({ type })) return distinct(noLongerSpared(memory));
    for (const [key, { cause }] of spared) if (restsOn(cause, id)) spared.delete(key);
    for (const held of [reached, partly]) {
      for (const [key, known] of held)
        held.set(
          key,
          known.filter((each) => !restsOn(each, id)),
        );
    }
    return [];
  },
};

type Naming = {
  readonly material?: string;
  readonly media?: readonly { readonly material?: string }[];
  readonly diluents?: readonly { readonly material?: string }[];
  readonly parents?: readonly { readonly material?: string }[];
  readonly batches?: readonly string[];
};

/** Streams of what the event says is in the event's own. */
function sourcesOf({ type, data }: Seen): string[] {
  const { material, media = [], diluents = [], parents = [], batches = [] } = data as Naming;
  if (type.startsWith(DILUTING)) return lots(diluents);
  if (type.startsWith('batch.origins-resolved.')) return batches.map((id) => `batch-${id}`);
  if (type.startsWith('material.prepared.')) return lots(parents);
  return USING.some((prefix) => type.startsWith(prefix)) ? lots([{ ...(material !== undefined && { material }) }, ...media]) : [];
}

function lots(named: readonly { readonly material?: string }[]): string[] {
  return named.flatMap(({ material }) => (material === undefined ? [] : [`material-${material}`]));
}

/** Everything that the cause reaches from there and had not reached yet: also where the records lead in a circle. */
function spread(memory: Memory, from: string, cause: LotFinding): Action[] {
  const actions: Action[] = [];
  const waiting = [from];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const known = entryOf(memory.reached, at, () => []);
    if (known.some(({ id, stream }) => id === cause.id && stream === cause.stream)) continue;
    known.push(cause);
    if (at.startsWith('batch-')) actions.push(...consequences(memory, cause, idIn(at)));
    if (at.startsWith(DILUTED)) actions.push(raised(NAME, LOT_RULES[cause.found].batch, cause, 'batch', idIn(at)));
    waiting.push(...(memory.into.get(at) ?? []));
  }
  return actions;
}

function consequences(memory: Memory, cause: LotFinding, batch: string): Action[] {
  const rules = LOT_RULES[cause.found];
  const deviation = raised(NAME, rules.batch, cause, 'batch', batch);
  if (rules.quarantine === null) return [deviation];
  const waitedFor = protectedIn(memory.conditioned, batch);
  const told = [deviation, ...waitedFor.flatMap(({ treatment }) => telling(memory, 'promised', cause, treatment))];
  if (!hasLeft(memory.stock, batch) && waitedFor.length === 0) return [...told, quarantine(cause, batch, 'whole-batch', WHOLE)];
  entryOf(memory.partly, batch, () => []).push(cause);
  return [...told, ...listed(memory, cause, batch)];
}

/** Each physician once for a cause. */
function telling({ told }: Memory, which: 'promised' | 'conditioned', cause: LotFinding, treatment: string): Action[] {
  const rules = LOT_RULES[cause.found];
  if (rules.quarantine === null) return [];
  const key = `${cause.id} ${treatment}`;
  if (told.has(key)) return [];
  told.add(key);
  return [raised(NAME, rules[which], cause, 'treatment', treatment)];
}

/** Units that were left to a patient who does not wait for them any more. */
function noLongerSpared(memory: Memory): Action[] {
  const { spared, conditioned } = memory;
  return [...spared].flatMap(([key, { cause, batch, units }]) => {
    const waitedFor = new Set(protectedIn(conditioned, batch).map(({ unit }) => unit));
    const free = [...units].filter((unit) => !waitedFor.has(unit));
    for (const unit of free) units.delete(unit);
    if (units.size === 0) spared.delete(key);
    return listed(memory, cause, batch, free);
  });
}

/** A list is numbered by its lowest ordinal, which no other list of the batch has. */
function listed({ stock, conditioned, spared }: Memory, cause: LotFinding, batch: string, among?: readonly string[]): Action[] {
  const waitedFor = new Set(protectedIn(conditioned, batch).map(({ unit }) => unit));
  const all = [...(among ?? stock.made.get(batch)?.keys() ?? [])];
  const meant = all.filter((unit) => !waitedFor.has(unit));
  if (meant.length < all.length) {
    const { units } = entryOf(spared, `${cause.id} ${batch}`, () => ({ cause, batch, units: new Set<string>() }));
    for (const unit of all) if (waitedFor.has(unit)) units.add(unit);
  }
  return remaining(stock, batch, meant).map(({ units, from }) => quarantine(cause, batch, { units }, from));
}

function quarantine(
  cause: LotFinding,
  batch: string,
  scope: 'whole-batch' | { readonly units: readonly string[] },
  n: number,
): Action {
  return {
    policy: NAME,
    cause,
    type: 'batch.quarantined.v1',
    target: batch,
    data: { scope, reason: LOT_RULES[cause.found].quarantine, cause: cause.id },
    n,
  };
}
