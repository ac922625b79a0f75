import type { RegimeId } from '../kernel/index.ts';

/** Within which time a physician is told of a result that failed after infusion. */
export type LateResultClock = { readonly hours: number; readonly citation: string; readonly confirmed: boolean };

/** No text names hours; "without delay" is read as one day until an authority says otherwise. */
const ONE_DAY: LateResultClock = {
  hours: 24,
  citation:
    'EU GMP Part IV (ATMP) §11.4 (without delay), as a model; the term of this regime to be confirmed with the competent authority',
  confirmed: false,
};

const LATE_RESULT_CLOCKS: Readonly<Record<RegimeId, LateResultClock>> = {
  'cn-818-clinical-research': ONE_DAY,
  'cn-818-clinical-application': ONE_DAY,
  'cn-828-drug-trial': ONE_DAY,
  'cn-2015-iit': ONE_DAY,
  'cn-nansha-restricted': ONE_DAY,
  'compassionate-use': ONE_DAY,
};

const HOUR_MS = 3_600_000;

/**
 * By when the physician is to be told. Where the regime is not known, the shortest term of any.
 *
 * @param failedAt RFC 3339, when the failure was recorded
 */
export function lateResultDue(regime: RegimeId | undefined, failedAt: string): LateResultClock & { readonly at: string } {
  const clocks = regime ? [LATE_RESULT_CLOCKS[regime]] : Object.values(LATE_RESULT_CLOCKS);
  const clock = clocks.reduce((shortest, each) => (each.hours < shortest.hours ? each : shortest));
  return { ...clock, at: new Date(Date.parse(failedAt) + clock.hours * HOUR_MS).toISOString() };
}
