import { runToEnd } from './child.mjs';
import { ready } from './dependencies.mjs';
import { PLATFORM_FLAGS } from './platform-flags.mjs';

/**
 * Runs the whole platform in one process until it is stopped.
 *
 * @param {string} root
 * @param {readonly string[]} args passed on as they are
 * @returns {Promise<number>} exit code
 */
export function start(root, args) {
  const node = ready(root);
  return runToEnd(node, [...PLATFORM_FLAGS, 'services/platform/src/main.ts', ...args], { cwd: root });
}
