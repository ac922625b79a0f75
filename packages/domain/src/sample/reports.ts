import type { Report, SampleState } from './state.ts';

/** Reports that were neither revised nor withdrawn. */
export function standingReports(state: SampleState): Report[] {
  return [...state.reports.values()].filter(({ revisedBy, withdrawnBy }) => revisedBy === null && withdrawnBy === null);
}

/** How the report of a number stands; undefined where none has it. Numbers may be used again by a revision: the newest counts. */
export function reportNumbered(state: SampleState, number: string): Report | undefined {
  return [...state.reports.values()].findLast((report) => report.number === number);
}
