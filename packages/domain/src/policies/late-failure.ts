import { INFUSION_TYPES, isInfusion, RECIPIENT_TYPE } from './lineage.ts';
import { entryOf } from './memory.ts';
import { type Action, type Cause, causeOf, idIn, type Policy, withoutCause } from './policy.ts';
import { policyRules } from './policy-rules.ts';
import { raised } from './raised.ts';

type Memory = {
  /** By batch. */
  readonly failures: Map<string, Cause[]>;
  /** By batch: treatments in which one of its units was infused. */
  readonly treatments: Map<string, Set<string>>;
  /** By batch: reports with failures for which units were released exceptionally, and for which treatment. */
  readonly excepted: Map<string, Set<string>>;
};

const NAME = 'late-failure';
const EXCEPTION = 'batch.exceptionally-released.';

/**
 * A result that fails after a unit was infused: a critical deviation of the batch, and one of each treatment that got a unit, whose physician is to
 * be told; not of the one for which a unit was released in spite of that very failure. A correction counts when it makes a failure of what was none. An infusion that is recorded after the failure counts as well, since paper comes late and what was infused is the same.
 */
export const lateFailure: Policy<Memory> = {
  name: NAME,
  title: { en: 'Result failed after infusion', zh: '输注后检验不合格' },
  interestedIn: ['batch.test-recorded.', ...INFUSION_TYPES, RECIPIENT_TYPE, EXCEPTION],
  initial: () => ({ failures: new Map(), treatments: new Map(), excepted: new Map() }),

  see: ({ failures, treatments, excepted }, event) => {
    const recipient = event.type.startsWith(RECIPIENT_TYPE);
    const batch = recipient ? (event.data as { readonly batch: string }).batch : idIn(event.stream);
    if (event.type.startsWith(EXCEPTION)) {
      for (const pair of exceptionsIn(event.data)) entryOf(excepted, batch, () => new Set<string>()).add(pair);
      return [];
    }
    const told = (cause: Cause, among: readonly string[]) =>
      consequences(
        cause,
        batch,
        among.filter((treatment) => !excepted.get(batch)?.has(pairOf(cause.id, treatment))),
      );
    if (recipient || isInfusion(event.type)) {
      const treatment = recipient ? idIn(event.stream) : (event.data as { readonly treatment?: string }).treatment;
      const known = entryOf(treatments, batch, () => new Set<string>());
      if (treatment === undefined || known.has(treatment)) return [];
      known.add(treatment);
      return (failures.get(batch) ?? []).flatMap((cause) => told(cause, [treatment]));
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
    return told(cause, [...known]);
  },

  unsee: ({ failures }, { id, stream }) => {
    const batch = idIn(stream);
    const standing = failures.get(batch);
    if (standing) failures.set(batch, withoutCause(standing, id));
  },
};

/** An exceptional release lists every failure of a report, so a report is excepted as a whole; what is reported later is another one. */
function exceptionsIn(data: unknown): string[] {
  const { treatment = '', failed = [] } = data as {
    readonly treatment?: string;
    readonly failed?: readonly { readonly results: readonly { readonly event: string }[] }[];
  };
  return failed.flatMap(({ results }) => results.map(({ event }) => pairOf(event, treatment)));
}

function pairOf(report: string, treatment: string): string {
  return `${report} ${treatment}`;
}

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
