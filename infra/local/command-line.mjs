import { runToEnd } from './child.mjs';
import { ready } from './dependencies.mjs';

/**
 * Runs the command line `cytoledger`.
 *
 * @param {string} root
 * @param {readonly string[]} args passed on as they are
 * @returns {Promise<number>} exit code
 */
export function commandLine(root, args) {
  const node = ready(root);
  return runToEnd(node, ['packages/cli/src/main.ts', ...args], { cwd: root });
}
