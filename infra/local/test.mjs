import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runToEnd } from './child.mjs';
import { ready } from './dependencies.mjs';
import { lastLine, tally } from './tally.mjs';
import { environmentWith } from './toolchain.mjs';

const CHECKS = /** @type {const} */ (['typecheck', 'lint']);

/**
 * Type check, lint and every spec, each as package.json says it; goes on after a failure, so that one run tells everything.
 *
 * @param {string} root
 * @param {readonly string[]} args passed on to vitest; with any, only the specs run
 * @returns {Promise<number>} exit code
 */
export async function test(root, args) {
  const node = ready(root);
  const env = environmentWith(root, node);
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const failedChecks = [];
  for (const check of args.length === 0 ? CHECKS : []) {
    console.log(`\n${check}: ${scripts[check]}`);
    if ((await runToEnd(scripts[check], [], { cwd: root, env, shell: true })) !== 0) failedChecks.push(check);
  }
  const folder = mkdtempSync(join(tmpdir(), 'cytoledger-test-'));
  try {
    const report = join(folder, 'report.json');
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const options = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args];
    console.log('\nspecs');
    const code = await runToEnd(node, [vitest, ...options], { cwd: root, env });
    const counts = tally(readReport(report), code, failedChecks.length);
    for (const check of failedChecks) console.log(`${check} failed: counted as one failed`);
    console.log(lastLine(counts));
    return counts.failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} path */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
