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
import { type Action, type Cause, causeOf, distinct, idIn, type Policy, withoutCause } from './policy.ts';
import { policyRules } from './policy-rules.ts';
import { raised } from './raised.ts';

type Memory = {
  readonly lineage: Lineage;
  /** By person: determinations as ineligible since the person was last found eligible. */
  readonly causes: Map<string, Cause[]>;
};

const NAME = 'donor-ineligible';

/**
 * A donor, or the birth mother of one, is found ineligible: every batch downstream is quarantined and every treatment that got a unit of one learns
 * of it, whether the batch was opened before or after. Autologous material stays usable (21 CFR 1271.90(a)(1)).
 *
 * Only people lift the quarantine. When they find the donor eligible again, what is opened from then on is not quarantined for what was found before.
 */
export const donorIneligible: Policy<Memory> = {
  name: NAME,
  title: { en: 'Ineligible donor: quarantine every descendant', zh: '供者不合格：隔离全部下游批次' },
  interestedIn: ['person.eligibility-determined.', ...LINEAGE_TYPES],
  initial: () => ({ lineage: emptyLineage(), causes: new Map() }),

  see: (memory, event) => {
    const { lineage, causes } = memory;
    if (event.type.startsWith('person.eligibility-determined.')) {
      if (event.corrects !== undefined) return []; // what was determined cannot be corrected, only determined anew
      const person = idIn(event.stream);
      const { status } = event.data as { readonly status: string };
      if (status === 'eligible') causes.delete(person);
      if (status !== 'ineligible') return [];
      const cause = causeOf(event);
      entryOf(causes, person, () => []).push(cause);
      return distinct(descentsFrom(lineage, person).flatMap((descent) => consequences(memory, cause, descent)));
    }
    const { descents, exposure } = addToLineage(lineage, event);
    const of = (chains: readonly Descent[], act: (cause: Cause, descent: Descent) => Action[]) =>
      chains.flatMap((descent) => (causes.get(descent.person) ?? []).flatMap((cause) => act(cause, descent)));
    return distinct([
      ...of(descents, (cause, descent) => consequences(memory, cause, descent)),
      ...(exposure === null
        ? []
        : of(descentsTo(lineage, exposure.batch), (cause, descent) =>
            descent.autologous ? [] : [exposureOf(cause, exposure.treatment)],
          )),
    ]);
  },

  unsee: ({ causes }, { id, stream }) => {
    const person = idIn(stream);
    const held = causes.get(person);
    if (held) causes.set(person, withoutCause(held, id));
  },
};

function consequences({ lineage }: Memory, cause: Cause, { autologous, batch }: Descent): Action[] {
  if (autologous) return [];
  return [quarantineOf(cause, batch), ...treatmentsOf(lineage, batch).map((treatment) => exposureOf(cause, treatment))];
}

function quarantineOf(cause: Cause, batch: string): Action {
  return {
    policy: NAME,
    cause,
    type: 'batch.quarantined.v1',
    target: batch,
    data: { scope: 'whole-batch', reason: 'donor-ineligible', cause: cause.id },
    n: 0,
  };
}

function exposureOf(cause: Cause, treatment: string): Action {
  return raised(NAME, policyRules.donorIneligible, cause, 'treatment', treatment);
}
