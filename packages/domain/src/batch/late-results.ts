import { investigationsOf } from './investigations.ts';
import { isBefore } from './scoped.ts';
import type { BatchState, LateNotice, TestResult } from './state.ts';

/** A result that failed, and a treatment in which units of the batch had been given. */
export type LateResult = {
  /** Id of the result. */
  readonly result: string;
  readonly test: string;
  readonly failedAt: string | null;
  readonly treatment: string;
  readonly units: readonly string[];
  readonly notice: LateNotice | null;
};

/**
 * Failures of which the physician of an infusion has to be told: all but those that were known before it and explained, and not those in spite of which the units were released to that treatment
 * exceptionally: its physician asked for them knowing it. Walks all units: for a reader, not for a decision.
 */
export function lateResults(state: BatchState): readonly LateResult[] {
  const failures = [...state.tests.values()].filter(({ verdict }) => verdict === 'fail');
  if (failures.length === 0) return [];
  const infused = Map.groupBy(
    [...state.units.values()].filter(({ infusion }) => infusion !== null),
    ({ infusion }) => infusion!.treatment,
  );
  return failures.flatMap((result) =>
    [...infused].flatMap(([treatment, units]): LateResult[] => {
      const isExcepted = state.dispositions.some(
        ({ exception }) => exception?.treatment === treatment && exception.results.has(result.id),
      );
      const meant = units.filter(({ infusion }) => !wasAnswered(state, result, infusion!.occurredAt));
      if (isExcepted || meant.length === 0) return [];
      const notices = [...state.lateNotices.values()].filter(
        (notice) => notice.result === result.id && notice.treatment === treatment,
      );
      return [
        {
          result: result.id,
          test: result.test,
          failedAt: result.occurredAt,
          treatment,
          units: meant.map(({ id }) => id),
          notice: notices.find(({ acknowledged }) => acknowledged !== null) ?? notices.at(-1) ?? null,
        },
      ];
    }),
  );
}

function wasAnswered(state: BatchState, result: TestResult, infusedAt: string | null): boolean {
  const investigations = investigationsOf(state, result);
  const isClosed = investigations.length > 0 && investigations.every(({ closed }) => closed && !isBefore(infusedAt, closed.at));
  return isBefore(result.occurredAt, infusedAt) && isClosed;
}
