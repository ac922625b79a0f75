import {
  addToConditioned,
  CONDITIONED_TYPES,
  type Conditioned,
  emptyConditioned,
  forgetConditioning,
  type Protected,
  protectedIn,
} from './conditioned.ts';
import { escalated, numberOf } from './escalation.ts';
import { addToLineage, descentsFrom, descentsTo, emptyLineage, LINEAGE_TYPES, type Lineage, MOTHER_TYPE } from './lineage.ts';
import { entryOf } from './memory.ts';
import { addToNames, NAMING_TYPES, namesOf, type PersonNames } from './person-names.ts';
import { type Action, type Cause, causeOf, distinct, idIn, type Policy, type Seen, withoutCause } from './policy.ts';
import { policyRules } from './policy-rules.ts';
import { addToStock, emptyStock, hasLeft, remaining, STOCK_TYPES, type Stock } from './stock.ts';

type Memory = {
  readonly lineage: Lineage;
  readonly stock: Stock;
  /** By person: withdrawals since the person last consented to therapy or research. */
  readonly causes: Map<string, Cause[]>;
  /** A person may have several pseudonyms: what is withdrawn under one is withdrawn under all. */
  readonly names: PersonNames;
  /** By batch: withdrawals that held it unit by unit, since some of it had left. Units made later, or back again, are held too. */
  readonly partly: Map<string, Cause[]>;
  readonly conditioned: Conditioned;
  /** By withdrawal and batch: holds that were laid for it, as the batch recorded them. */
  readonly laid: Map<string, string[]>;
  /** By withdrawal and batch: what people decided last. */
  readonly decided: Map<string, { readonly decision: string; readonly cause: Cause }>;
  /** By withdrawal and batch: that they hung together by a link alone, and who undid it. */
  readonly parted: Map<string, Cause>;
};

const NAME = 'consent-withdrawn';
const DECIDED = 'person.withdrawal-decided.';
const HELD = 'batch.held.';

/**
 * A consent to therapy or research is withdrawn, and the form says that this concerns material: what was not distributed yet is held until people have
 * decided. Withdrawal is not contamination: nothing is quarantined, what was distributed stays usable, no recipient is listed as exposed, and the
 * cells of a patient who was conditioned are not held: the physician named and quality assurance hear of it.
 *
 * A batch of which nothing has left is held whole, so that units made later are held with it; of another one the units that are there, and those
 * that a later split makes. A consent given again is not held against what is opened from then on. Once people have decided that a batch is kept, or
 * only leaves research, its hold is lifted; what is to be destroyed stays held.
 *
 * A person who has several pseudonyms withdraws under all of them, from the moment at which they are linked. Two people who undo a link have decided
 * that it was somebody else's material: what was held by that link alone is free again.
 */
export const consentWithdrawn: Policy<Memory> = {
  name: NAME,
  title: { en: 'Consent withdrawn: hold undistributed material', zh: '撤回同意：暂停使用未发放材料' },
  interestedIn: ['person.consent-', DECIDED, HELD, ...NAMING_TYPES, ...LINEAGE_TYPES, ...STOCK_TYPES, ...CONDITIONED_TYPES],
  initial: () => ({
    lineage: emptyLineage(),
    stock: emptyStock(),
    causes: new Map(),
    names: new Map(),
    partly: new Map(),
    conditioned: emptyConditioned(),
    laid: new Map(),
    decided: new Map(),
    parted: new Map(),
  }),

  see: (memory, event) => {
    const { lineage, stock, causes, partly, conditioned } = memory;
    if (NAMING_TYPES.some((prefix) => event.type.startsWith(prefix))) return renamed(memory, event);
    if (event.type.startsWith('person.') && !event.type.startsWith(MOTHER_TYPE)) {
      if (event.corrects !== undefined) return []; // purposes and effect cannot be corrected
      const person = idIn(event.stream);
      if (event.type.startsWith(DECIDED)) return decisions(memory, event);
      if (event.type.startsWith('person.consent-given.')) {
        if (concernsUse((event.data as { readonly purposes: readonly string[] }).purposes)) causes.delete(person);
        return [];
      }
      if (!event.type.startsWith('person.consent-withdrawn.') || !concernsMaterial(event.data)) return [];
      const cause = causeOf(event);
      entryOf(causes, person, () => []).push(cause);
      return distinct(batchesOf(memory, person).flatMap((batch) => holdsOf(memory, cause, batch, cause)));
    }
    if (event.type.startsWith(HELD)) return laidBy(memory, event);
    const fresh = addToStock(stock, event);
    const batch = idIn(event.stream);
    const spared = addToConditioned(conditioned, event);
    const { descents } = addToLineage(lineage, event);
    return distinct([
      ...spared.flatMap((unit) =>
        descentsTo(lineage, unit.batch).flatMap(({ person }) =>
          causesOf(memory, person).flatMap((cause) => escalation(memory, cause, [unit])),
        ),
      ),
      ...descents.flatMap((descent) =>
        causesOf(memory, descent.person).flatMap((cause) => holdsOf(memory, cause, descent.batch, causeOf(event))),
      ),
      ...(partly.get(batch) ?? []).flatMap((cause) =>
        isFree(memory, cause.id, batch) ? [] : listed(memory, cause, cause.id, batch, fresh),
      ),
    ]);
  },

  unsee: ({ causes, partly, conditioned, decided }, { id, type }) => {
    forgetConditioning(conditioned, { id });
    for (const [key, { cause }] of decided) if (cause.id === id) decided.delete(key);
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

/** Under whatever pseudonym it was withdrawn. */
function causesOf({ causes, names }: Memory, person: string): Cause[] {
  return namesOf(names, person).flatMap((name) => causes.get(name) ?? []);
}

/** What came of the person, under whatever pseudonym. */
function batchesOf({ lineage, names }: Memory, person: string): string[] {
  const descents = namesOf(names, person).flatMap((name) => descentsFrom(lineage, name));
  return [...new Set(descents.map(({ batch }) => batch))];
}

type Reached = { readonly cause: Cause; readonly batch: string };

/** What is withdrawn of what, under any of these names. */
function reachedUnder(memory: Memory, names: readonly string[]): Map<string, Reached> {
  return new Map(
    names.flatMap((name) =>
      causesOf(memory, name).flatMap((cause) =>
        batchesOf(memory, name).map((batch) => [keyOf(cause.id, batch), { cause, batch }] as const),
      ),
    ),
  );
}

/** Two pseudonyms have become one person, or are two persons again. */
function renamed(memory: Memory, event: Seen): readonly Action[] {
  const person = idIn(event.stream);
  const before = namesOf(memory.names, person);
  const held = reachedUnder(memory, before);
  if (addToNames(memory.names, event)) {
    const reached = reachedUnder(memory, [person]);
    return distinct([...reached.values()].flatMap(({ cause, batch }) => holdsOf(memory, cause, batch, causeOf(event))));
  }
  const still = reachedUnder(memory, before);
  const lost = [...held].filter(([key]) => !still.has(key));
  return distinct(lost.flatMap(([, { cause, batch }]) => part(memory, cause, batch, causeOf(event))));
}

/** What was held for this withdrawal is of somebody else. */
function part({ partly, laid, parted }: Memory, { id: withdrawal }: Cause, batch: string, undoing: Cause): Action[] {
  const key = keyOf(withdrawal, batch);
  const holds = laid.get(key) ?? [];
  laid.delete(key);
  parted.set(key, undoing);
  partly.set(batch, withoutCause(partly.get(batch) ?? [], withdrawal));
  return holds.map((id) => lifting(undoing, batch, id, 'raised-in-error'));
}

/** @param news what has just joined the two; it counts as the cause where they were parted before, since the hold of then is lifted */
function holdsOf(memory: Memory, cause: Cause, batch: string, news: Cause): Action[] {
  if (isFree(memory, cause.id, batch)) return [];
  const by = memory.parted.delete(keyOf(cause.id, batch)) ? news : cause;
  const spared = protectedIn(memory.conditioned, batch);
  if (!hasLeft(memory.stock, batch) && spared.length === 0) return [hold(by, cause.id, batch, 'whole-batch', 0)];
  const known = entryOf(memory.partly, batch, () => []);
  if (known.some(({ id, stream }) => id === cause.id && stream === cause.stream)) return [];
  known.push(cause);
  return [...listed(memory, by, cause.id, batch), ...escalation(memory, cause, spared)];
}

/** A list is numbered by its lowest ordinal, which no other list of the batch has. */
function listed(memory: Memory, cause: Cause, withdrawal: string, batch: string, among?: readonly string[]): Action[] {
  const { stock, conditioned } = memory;
  const spared = new Set(protectedIn(conditioned, batch).map(({ unit }) => unit));
  const meant = [...(among ?? stock.made.get(batch)?.keys() ?? [])].filter((unit) => !spared.has(unit));
  return remaining(stock, batch, meant).map(({ units, from }) => hold(cause, withdrawal, batch, { units }, from));
}

type HoldScope = 'whole-batch' | { readonly units: readonly string[] };

function hold(cause: Cause, withdrawal: string, batch: string, scope: HoldScope, n: number): Action {
  const data = { scope, reason: 'consent-withdrawn', cause: withdrawal };
  return { policy: NAME, cause, type: 'batch.held.v1', target: batch, data, n };
}

function escalation(memory: Memory, cause: Cause, units: readonly Protected[]): readonly Action[] {
  const open = units.filter(({ batch }) => !isFree(memory, cause.id, batch));
  return escalated(NAME, policyRules.withdrawnConditioned, cause, open);
}

type Decisions = {
  readonly withdrawal: string;
  readonly batches: readonly { readonly batch: string; readonly decision: string }[];
};

/** What is kept is free again; what was kept and is destroyed after all is held again. */
function decisions(memory: Memory, event: Seen): readonly Action[] {
  const { withdrawal, batches } = event.data as Decisions;
  const cause = causeOf(event);
  return batches.flatMap(({ batch, decision }) => {
    const wasFree = isFree(memory, withdrawal, batch);
    memory.decided.set(keyOf(withdrawal, batch), { decision, cause });
    if (decision !== 'destroy') return (memory.laid.get(keyOf(withdrawal, batch)) ?? []).map((id) => lifting(cause, batch, id));
    if (!wasFree) return [];
    const isWhole = !hasLeft(memory.stock, batch) && protectedIn(memory.conditioned, batch).length === 0;
    return isWhole ? [hold(cause, withdrawal, batch, 'whole-batch', 0)] : listed(memory, cause, withdrawal, batch);
  });
}

type HeldData = { readonly reason: string; readonly cause?: string };

/** A hold of this policy has reached the batch; where people had decided by then, or undone the link that it was for, it is lifted at once. */
function laidBy({ laid, decided, parted }: Memory, { id, stream, data }: Seen): readonly Action[] {
  const { reason, cause: withdrawal } = data as HeldData;
  if (reason !== 'consent-withdrawn' || withdrawal === undefined) return [];
  const batch = idIn(stream);
  const undoing = parted.get(keyOf(withdrawal, batch));
  if (undoing) return [lifting(undoing, batch, id, 'raised-in-error')];
  const known = entryOf(laid, keyOf(withdrawal, batch), () => []);
  if (known.includes(id)) return [];
  known.push(id);
  const decision = decided.get(keyOf(withdrawal, batch));
  return decision && decision.decision !== 'destroy' ? [lifting(decision.cause, batch, id)] : [];
}

function lifting(cause: Cause, batch: string, restriction: string, reason = 'decided-after-withdrawal'): Action {
  const data = { restriction, reason, cause: cause.id };
  return { policy: NAME, cause, type: 'batch.hold-lifted.v1', target: batch, data, n: numberOf(restriction) };
}

function isFree({ decided }: Memory, withdrawal: string, batch: string): boolean {
  const decision = decided.get(keyOf(withdrawal, batch))?.decision;
  return decision !== undefined && decision !== 'destroy';
}

function keyOf(withdrawal: string, batch: string): string {
  return `${withdrawal} ${batch}`;
}
