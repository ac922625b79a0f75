import { LIST_LIMIT } from '../vocabulary/index.ts';
import {
  addToConditioned,
  CONDITIONED_TYPES,
  type Conditioned,
  emptyConditioned,
  forgetConditioning,
  type Protected,
  protectedIn,
} from './conditioned.ts';
import { escalated } from './escalation.ts';
import {
  addToLineage,
  type Descent,
  descentsFrom,
  descentsTo,
  emptyLineage,
  LINEAGE_TYPES,
  type Lineage,
  treatmentsOf,
} from './lineage.ts';
import { entryOf } from './memory.ts';
import { addToNames, NAMING_TYPES, namesOf, type PersonNames } from './person-names.ts';
import { type Action, type Cause, causeOf, distinct, idIn, type Policy, type Seen, withoutCause } from './policy.ts';
import { policyRules } from './policy-rules.ts';
import { raised } from './raised.ts';
import { addToStock, emptyStock, rangesOf, type Stock } from './stock.ts';

type Memory = {
  readonly lineage: Lineage;
  /** By person: determinations as ineligible since the person was last found eligible. */
  readonly causes: Map<string, Cause[]>;
  /** A person may have several pseudonyms: what is found of one is found of all. */
  readonly names: PersonNames;
  readonly conditioned: Conditioned;
  /** Which units were made; what became of them does not matter here. */
  readonly stock: Stock;
  /** By batch: causes for which it was quarantined whole, or in part since a conditioned patient waits for some of it. */
  readonly quarantined: Map<string, { readonly cause: Cause; readonly whole: boolean }[]>;
};

const NAME = 'donor-ineligible';
const MADE = 'batch.split.';

/**
 * A donor, or the birth mother of one, is found ineligible: every batch downstream is quarantined and every treatment that got a unit of one learns
 * of it, whether the batch was opened before or after. Autologous material stays usable (21 CFR 1271.90(a)(1)). A unit that is meant for a patient
 * who was conditioned is not quarantined: it escalates to the physician named and to quality assurance; the gate asks for the physician's statement.
 *
 * A person who has several pseudonyms is found ineligible under all of them, from the moment at which they are linked.
 *
 * Only people lift the quarantine. When they find the donor eligible again, what is opened from then on is not quarantined for what was found before.
 */
export const donorIneligible: Policy<Memory> = {
  name: NAME,
  title: { en: 'Ineligible donor: quarantine every descendant', zh: '供者不合格：隔离全部下游批次' },
  interestedIn: ['person.eligibility-determined.', MADE, ...NAMING_TYPES, ...LINEAGE_TYPES, ...CONDITIONED_TYPES],
  initial: () => ({
    lineage: emptyLineage(),
    causes: new Map(),
    names: new Map(),
    conditioned: emptyConditioned(),
    stock: emptyStock(),
    quarantined: new Map(),
  }),

  see: (memory, event) => {
    const { lineage, causes, names } = memory;
    if (NAMING_TYPES.some((prefix) => event.type.startsWith(prefix))) {
      return addToNames(names, event) ? spread(memory, idIn(event.stream)) : [];
    }
    if (event.type.startsWith('person.eligibility-determined.')) {
      if (event.corrects !== undefined) return []; // what was determined cannot be corrected, only determined anew
      const person = idIn(event.stream);
      const { status } = event.data as { readonly status: string };
      if (status === 'eligible') causes.delete(person);
      if (status !== 'ineligible') return [];
      const cause = causeOf(event);
      entryOf(causes, person, () => []).push(cause);
      return distinct(
        namesOf(names, person)
          .flatMap((name) => descentsFrom(lineage, name))
          .flatMap((descent) => consequences(memory, cause, descent)),
      );
    }
    const made = event.type.startsWith(MADE) ? quarantinedSince(memory, event) : [];
    const spared = addToConditioned(memory.conditioned, event);
    const { descents, exposure } = addToLineage(lineage, event);
    const of = (chains: readonly Descent[], act: (cause: Cause, descent: Descent) => Action[]) =>
      chains.flatMap((descent) => causesOf(memory, descent.person).flatMap((cause) => act(cause, descent)));
    return distinct([
      ...made,
      ...spared.flatMap((unit) =>
        of(descentsTo(lineage, unit.batch), (cause, { autologous }) => (autologous ? [] : escalation(cause, [unit]))),
      ),
      ...of(descents, (cause, descent) => consequences(memory, cause, descent)),
      ...(exposure === null
        ? []
        : of(descentsTo(lineage, exposure.batch), (cause, descent) =>
            descent.autologous ? [] : [exposureOf(cause, exposure.treatment)],
          )),
    ]);
  },

  unsee: ({ causes, conditioned, quarantined }, { id, stream }) => {
    forgetConditioning(conditioned, { id });
    for (const [batch, known] of quarantined) quarantined.set(batch, withoutCause(known, id));
    const person = idIn(stream);
    const held = causes.get(person);
    if (held) causes.set(person, withoutCause(held, id));
  },
};

/** Under whatever pseudonym it was found. */
function causesOf({ causes, names }: Memory, person: string): Cause[] {
  return namesOf(names, person).flatMap((name) => causes.get(name) ?? []);
}

/** Two pseudonyms have become one: what was found of either holds for what came of both. */
function spread(memory: Memory, person: string): readonly Action[] {
  const descents = namesOf(memory.names, person).flatMap((name) => descentsFrom(memory.lineage, name));
  return distinct(
    causesOf(memory, person).flatMap((cause) => descents.flatMap((descent) => consequences(memory, cause, descent))),
  );
}

function consequences(memory: Memory, cause: Cause, { autologous, batch }: Descent): Action[] {
  if (autologous) return [];
  const exposed = treatmentsOf(memory.lineage, batch).map((treatment) => exposureOf(cause, treatment));
  return [...quarantineOf(memory, cause, batch), ...exposed];
}

/** Once for a cause and a batch, by whatever chains they hang together. */
function quarantineOf({ conditioned, stock, quarantined }: Memory, cause: Cause, batch: string): Action[] {
  const known = entryOf(quarantined, batch, () => []);
  if (known.some((each) => each.cause.id === cause.id && each.cause.stream === cause.stream)) return [];
  const spared = protectedIn(conditioned, batch);
  known.push({ cause, whole: spared.length === 0 });
  if (spared.length === 0) return [quarantine(cause, batch, 'whole-batch', 0)];
  const ranges = rangesOf(stock, batch, new Set(spared.map(({ unit }) => unit)));
  return [...inPart(cause, batch, ranges), ...escalation(cause, spared)];
}

/** A batch that was quarantined in part is so with what is made of it later. */
function quarantinedSince({ stock, quarantined }: Memory, event: Seen): Action[] {
  const fresh = addToStock(stock, event);
  const batch = idIn(event.stream);
  const ranges = rangesOf(stock, batch, new Set(), fresh);
  return (quarantined.get(batch) ?? []).flatMap(({ cause, whole }) => (whole ? [] : inPart(cause, batch, ranges)));
}

type Ranges = ReturnType<typeof rangesOf>;

/** A list is numbered by its lowest ordinal, which no other list of the batch has. */
function inPart(cause: Cause, batch: string, ranges: Ranges): Action[] {
  return Array.from({ length: Math.ceil(ranges.length / LIST_LIMIT) }, (_, n) => {
    const own = ranges.slice(n * LIST_LIMIT, (n + 1) * LIST_LIMIT);
    return quarantine(cause, batch, { ranges: own }, own[0]!.from);
  });
}

function quarantine(cause: Cause, batch: string, scope: 'whole-batch' | { readonly ranges: Ranges }, n: number): Action {
  const data = { scope, reason: 'donor-ineligible', cause: cause.id };
  return { policy: NAME, cause, type: 'batch.quarantined.v1', target: batch, data, n };
}

function escalation(cause: Cause, units: readonly Protected[]): Action[] {
  return [...escalated(NAME, policyRules.ineligibleConditioned, cause, units)];
}

function exposureOf(cause: Cause, treatment: string): Action {
  return raised(NAME, policyRules.donorIneligible, cause, 'treatment', treatment);
}
