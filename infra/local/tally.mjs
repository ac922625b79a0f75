/**
 * The part of vitest's JSON report that is counted.
 *
 * @typedef {object} Report
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests skipped
 * @property {number} numTodoTests
 * @property {readonly { status: string, assertionResults: readonly unknown[] }[]} testResults one for each file
 */

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * Counts so that `0 failed` is never said of a run that failed: a file that cannot be loaded, a failed check and an error outside
 * of any spec count as one each.
 *
 * @param {Report | undefined} report undefined where vitest left none
 * @param {number} exitCode of vitest
 * @param {number} failedChecks
 * @returns {Counts}
 */
export function tally(report, exitCode, failedChecks) {
  const unloaded =
    report?.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length ?? 0;
  const failedSpecs = (report?.numFailedTests ?? 0) + unloaded;
  const untold = failedSpecs === 0 && (exitCode !== 0 || report === undefined) ? 1 : 0;
  return {
    passed: report?.numPassedTests ?? 0,
    failed: failedSpecs + untold + failedChecks,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  };
}

/** @param {Counts} counts */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
