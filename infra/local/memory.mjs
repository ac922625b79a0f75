import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the last run found out, so that a warm start asks nobody. It lives and dies with `node_modules`.
 *
 * @typedef {object} Memory
 * @property {string} [installed] stamp of what was installed
 * @property {string} [node] path of a fetched Node
 * @property {string} [nodeVersion] the version that was asked for when it was fetched
 */

/**
 * @param {string} root
 * @returns {Memory} empty where there is none, or where it cannot be read
 */
export function recall(root) {
  try {
    const found = JSON.parse(readFileSync(fileOf(root), 'utf8'));
    return typeof found === 'object' && found !== null ? found : {};
  } catch {
    return {};
  }
}

/**
 * @param {string} root
 * @param {Memory} memory
 */
export function remember(root, memory) {
  // Without node_modules nothing is installed, and there is nothing to remember.
  if (existsSync(join(root, 'node_modules'))) writeFileSync(fileOf(root), `${JSON.stringify(memory, null, 2)}\n`);
}

/** @param {string} root */
function fileOf(root) {
  return join(root, 'node_modules', '.cytoledger.json');
}
