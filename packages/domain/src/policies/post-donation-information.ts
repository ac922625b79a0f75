import { isAgainst } from '../person/markers.ts';
import type { MarkerTest } from '../person/state.ts';
import { addToLineage, type Descent, descentsFrom, emptyLineage, LINEAGE_TYPES, type Lineage, MOTHER_TYPE } from './lineage.ts';
import { entryOf } from './memory.ts';
import { addToNames, NAMING_TYPES, namesOf, type PersonNames } from './person-names.ts';
import { type Action, type Cause, causeOf, distinct, idIn, type Policy, type Seen, withoutCause } from './policy.ts';
import { policyRules } from './policy-rules.ts';
import { raised } from './raised.ts';

type Memory = {
  readonly lineage: Lineage;
  /** By person: what was learned since eligibility was last determined. */
  readonly causes: Map<string, Cause[]>;
  /** What is learned of a person under one pseudonym concerns what came of all. */
  readonly names: PersonNames;
};

const NAME = 'post-donation-information';
const INFORMED = 'person.post-donation-information-received.';
const RETESTED = 'person.retested.';
const DETERMINED = 'person.eligibility-determined.';

/**
 * Something is learned of a donor after the donation, or a retest is reactive: every batch downstream has it in its record that this has to be
 * assessed. Nothing is taken away by it; the determination of eligibility that follows does that, or ends it.
 */
export const postDonationInformation: Policy<Memory> = {
  name: NAME,
  title: { en: 'Information after the donation: assess every descendant', zh: '采集后信息：评估全部下游批次' },
  interestedIn: [INFORMED, RETESTED, DETERMINED, ...NAMING_TYPES, ...LINEAGE_TYPES],
  initial: () => ({ lineage: emptyLineage(), causes: new Map(), names: new Map() }),

  see: (memory, event) => {
    const { lineage, causes, names } = memory;
    if (NAMING_TYPES.some((prefix) => event.type.startsWith(prefix))) {
      return addToNames(names, event) ? spread(memory, idIn(event.stream)) : [];
    }
    if (!event.type.startsWith('person.') || event.type.startsWith(MOTHER_TYPE)) {
      const { descents } = addToLineage(lineage, event);
      return distinct(descents.flatMap((descent) => causesOf(memory, descent.person).map((cause) => pending(cause, descent))));
    }
    const person = idIn(event.stream);
    if (event.type.startsWith(DETERMINED)) {
      causes.delete(person);
      return [];
    }
    const known = entryOf(causes, person, () => []);
    if (event.corrects !== undefined) {
      const wasKnown = known.some(({ id }) => id === event.corrects);
      if (wasKnown && !speaksAgainst(event)) causes.set(person, withoutCause(known, event.corrects));
      if (wasKnown) return [];
    }
    if (!speaksAgainst(event)) return [];
    const cause = causeOf(event);
    known.push(cause);
    return distinct(descentsOf(memory, person).map((descent) => pending(cause, descent)));
  },

  unsee: ({ causes }, { id }) => {
    for (const [person, known] of causes) causes.set(person, withoutCause(known, id));
  },
};

function causesOf({ causes, names }: Memory, person: string): Cause[] {
  return namesOf(names, person).flatMap((name) => causes.get(name) ?? []);
}

function descentsOf({ lineage, names }: Memory, person: string): Descent[] {
  return namesOf(names, person).flatMap((name) => descentsFrom(lineage, name));
}

/** Two pseudonyms have become one: what was learned of either concerns what came of both. */
function spread(memory: Memory, person: string): readonly Action[] {
  const descents = descentsOf(memory, person);
  return distinct(causesOf(memory, person).flatMap((cause) => descents.map((descent) => pending(cause, descent))));
}

function speaksAgainst({ type, data }: Seen): boolean {
  if (!type.startsWith(RETESTED)) return true;
  return (data as { readonly tests: readonly MarkerTest[] }).tests.some(isAgainst);
}

function pending(cause: Cause, { batch }: Descent): Action {
  return raised(NAME, policyRules.needsAssessment, cause, 'batch', batch);
}
