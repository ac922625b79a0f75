import type { Deviation } from '../deviation/index.ts';
import { batchRules } from './rules.ts';
import type { BatchState, TestResult } from './state.ts';

/**
 * How far the investigation of a failed result is. It is the out-of-specification deviation that its report opened, or one raised by hand about
 * that report; where there are several, all have to be closed.
 */
export function isInvestigated(state: BatchState, result: Pick<TestResult, 'event'>): 'not-opened' | 'open' | 'closed' {
  const found = investigationsOf(state, result);
  if (found.length === 0) return 'not-opened';
  return found.every((deviation) => deviation.closed !== null) ? 'closed' : 'open';
}

export function investigationsOf(state: BatchState, { event }: Pick<TestResult, 'event'>): Deviation[] {
  return [...state.deviations.values()].filter(
    (deviation) => deviation.event === event && (deviation.rule === null || deviation.rule === batchRules.testFailed.id),
  );
}
