import type { z } from 'zod';
import { judgeResult } from '../quantity/index.ts';
import type { Specification, SpecificationLine } from '../registry/index.ts';
import { coded } from '../vocabulary/index.ts';
import { isInvestigated } from './investigations.ts';
import type { BatchState, TestResult } from './state.ts';

/**
 * `passed`: a passing, reviewed result that nothing superseded, and every failure on the way is explained · `failed`: a failure stands, or its
 * investigation is not closed, or the result cannot be held against the line · `pending`: the result or its review is awaited · `missing`: no
 * result, and no sample under test that could give one.
 */
export const LineStatus = coded({
  passed: { zh: '合格', en: 'passed' },
  failed: { zh: '不合格', en: 'failed' },
  pending: { zh: '待出结果', en: 'pending' },
  missing: { zh: '缺结果', en: 'missing' },
});
export type LineStatus = z.infer<typeof LineStatus>;

export type LineReadiness = {
  readonly line: string;
  readonly test: string;
  readonly stage: SpecificationLine['stage'];
  readonly mandatory: boolean;
  readonly status: LineStatus;
  /** Ids of all results that answer the line, superseded ones too. */
  readonly results: readonly string[];
  /** Those of them that fail the line and stand unexplained or as the newest. */
  readonly failures: readonly string[];
};

export type ReleaseReadiness = {
  readonly lines: readonly LineReadiness[];
  /** Mandatory lines of the release stages that are not passed; empty when the batch can be released by its tests. */
  readonly open: readonly LineReadiness[];
};

/** Lines that are tested after release, at the bedside, hold no release up. */
const RELEASE_STAGES: ReadonlySet<SpecificationLine['stage']> = new Set(['in-process', 'drug-substance', 'release']);

/** Every line of the bound specification version, and how it stands. */
export function releaseReadiness(state: BatchState, specification: Specification): ReleaseReadiness {
  const lines = specification.lines.map((line): LineReadiness => {
    const results = [...state.tests.values()].filter((result) => answers(result, line, state));
    return {
      line: line.line,
      test: line.test,
      stage: line.stage,
      mandatory: line.mandatory,
      status: statusOf(line, results, state),
      results: results.map(({ id }) => id),
      failures: failuresOf(line, results, state),
    };
  });
  return { lines, open: lines.filter((line) => isRequired(line) && line.status !== 'passed') };
}

/** Whether a release waits for the line. */
export function isRequired(line: Pick<SpecificationLine, 'mandatory' | 'stage'>): boolean {
  return line.mandatory && RELEASE_STAGES.has(line.stage);
}

/** What was reported under an earlier version answers by the name of its test: there, the same number may have meant another line. */
function answers(result: TestResult, line: SpecificationLine, { earlierResults }: BatchState): boolean {
  const isByName = result.line === null || earlierResults.has(result.id);
  return isByName ? result.test === line.test : result.line === line.line;
}

/** A failure that was investigated and superseded is answered; every other stands. */
function failuresOf(line: SpecificationLine, results: readonly TestResult[], state: BatchState): string[] {
  return results
    .filter((result) => passes(line, result) === false)
    .filter((result) => result.supersededBy === null || isInvestigated(state, result) !== 'closed')
    .map(({ id }) => id);
}

function statusOf(line: SpecificationLine, results: readonly TestResult[], state: BatchState): LineStatus {
  const held = results.map((result) => ({ result, passes: passes(line, result) }));
  const unexplained = held.some(({ result, passes }) => passes === false && isInvestigated(state, result) !== 'closed');
  const current = held.filter(({ result }) => result.supersededBy === null);
  if (unexplained || current.some(({ passes }) => passes === false)) return 'failed';
  const passing = current.filter(({ passes }) => passes === true);
  if (passing.length > 0) return passing.every(({ result }) => result.reviewed) ? 'passed' : 'pending';
  return isUnderTest(line, state) ? 'pending' : 'missing';
}

/** By the line's own limit, whatever limit the laboratory judged by. Null: says nothing about passing. */
function passes(line: SpecificationLine, { verdict, value }: TestResult): boolean | null {
  if (verdict === 'fail') return false;
  if (line.limit.op === 'report-only') return true;
  if (value === null) return verdict === 'pass' ? true : null;
  const judged = judgeResult(line.limit, value).verdict;
  return judged === 'pass' ? (verdict === 'pass' ? true : null) : false;
}

function isUnderTest({ line, test }: SpecificationLine, state: BatchState): boolean {
  return [...state.openSamples.values()].some(({ awaited }) => awaited.size === 0 || awaited.has(line) || awaited.has(test));
}
