import { describe, expect, it } from 'vitest';
import { lastLine, tally } from './tally.mjs';

const report = (counts: { passed?: number; failed?: number; skipped?: number; todo?: number; unloaded?: number }) => ({
  numPassedTests: counts.passed ?? 0,
  numFailedTests: counts.failed ?? 0,
  numPendingTests: counts.skipped ?? 0,
  numTodoTests: counts.todo ?? 0,
  testResults: Array.from({ length: counts.unloaded ?? 0 }, () => ({ status: 'failed', assertionResults: [] })),
});

describe('the last line of npm test', () => {
  it('tells passed, failed and skipped, with specs still to be written among the skipped', () => {
    expect(lastLine(tally(report({ passed: 7, failed: 2, skipped: 1, todo: 1 }), 1, 0))).toBe('7 passed, 2 failed, 2 skipped');
  });

  it('counts a spec file that could not be loaded as one failed', () => {
    expect(tally(report({ passed: 7, unloaded: 1 }), 1, 0).failed).toBe(1);
  });

  it('counts a failed type check or lint as one failed each', () => {
    expect(tally(report({ passed: 7 }), 0, 2).failed).toBe(2);
  });

  it('never says that nothing failed when vitest ended with an error outside of any spec', () => {
    expect(tally(report({ passed: 7 }), 1, 0).failed).toBe(1);
  });

  it('never says that nothing failed when vitest left no report', () => {
    expect(tally(undefined, 0, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('adds no failure of its own to failed specs', () => {
    expect(tally(report({ passed: 7, failed: 3 }), 1, 0).failed).toBe(3);
  });
});
