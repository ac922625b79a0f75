import { entryOf } from './memory.ts';
import { type Action, type Cause, causeOf, idIn, type Policy } from './policy.ts';
import { policyRules } from './policy-rules.ts';
import { raised } from './raised.ts';

type Memory = {
  /** By batch. */
  readonly failures: Map<string, Cause[]>;
  /** By batch: treatments in which one of its units was infused. */
  readonly treatments: Map<string, Set<string>>;
};

const NAME = 'late-failure';

/**
 * A result that fails after a unit was infused: a critical deviation of the batch, and one of each treatment that got a unit, whose physician is to
 * be told. A correction counts when it makes a failure of what was none. An infusion that is recorded after the failure counts as well, since paper comes late and what was infused is the same.
 */
export const lateFailure: Policy<Memory> = {
  name: NAME,
  title: { en: 'Result failed after infusion', zh: '输注后检验不合格' },
  interestedIn: ['batch.test-recorded.', 'batch.unit-infused.'],
  initial: () => ({ failures: new Map(), treatments: new Map() }),

  see: ({ failures, treatments }, event) => {
    const batch = idIn(event.stream);
    if (event.type.startsWith('batch.unit-infused.')) {
      const { treatment } = event.data as { readonly treatment?: string };
      const known = entryOf(treatments, batch, () => new Set<string>());
      if (treatment === undefined || known.has(treatment)) return [];
      known.add(treatment);
      return (failures.get(batch) ?? []).flatMap((cause) => consequences(cause, batch, [treatment]));
    }
    const standing = entryOf(failures, batch, () => []);
    const before = standing.findIndex(({ id }) => id === event.corrects);
    if (!isFailed(event.data)) {
      if (before >= 0) standing.splice(before, 1);
      return [];
    }
    if (before >= 0) return [];
    const cause = causeOf(event);
    standing.push(cause);
    const known = treatments.get(batch) ?? [];
    return consequences(cause, batch, [...known]);
  },
};

function isFailed(data: unknown): boolean {
  const { results } = data as { readonly results?: readonly { readonly verdict: string }[] };
  return results?.some((result) => result.verdict === 'fail') ?? false;
}

function consequences(cause: Cause, batch: string, treatments: readonly string[]): Action[] {
  if (treatments.length === 0) return [];
  return [
    raised(NAME, policyRules.failedAfterInfusion, cause, 'batch', batch),
    ...treatments.map((treatment) => raised(NAME, policyRules.receivedFailed, cause, 'treatment', treatment)),
  ];
}
