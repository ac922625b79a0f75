import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { recall, remember } from './memory.mjs';
import { environmentWith, fetchMissing, nodeAtHand, pnpmAtHand } from './toolchain.mjs';
import { NODE_VERSION } from './versions.mjs';

const WORKSPACES = ['packages', 'services'];
const LONE_PACKAGES = ['.', 'test', 'docs'];
const SETTINGS = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc'];

/**
 * Makes sure of Node, pnpm and the dependencies; asks nobody and starts nothing where all is as it was.
 *
 * @param {string} root
 * @returns {string} the path of a Node that runs the repository
 * @throws {Failure} `install-failed`, or as {@link fetchMissing}
 */
export function ready(root) {
  const memory = recall(root);
  const stamp = stampOf(root);
  const known = nodeAtHand(memory);
  const installed = memory.installed === stamp && existsSync(join(root, 'node_modules', '.modules.yaml'));
  if (known !== undefined && installed) return known;

  const { node, pnpm } = fetchMissing(root, { node: known, pnpm: pnpmAtHand() });
  if (!installed) install(root, node, pnpm);
  remember(root, { ...memory, installed: stamp, ...(node !== process.execPath && { node, nodeVersion: NODE_VERSION }) });
  return node;
}

/**
 * One digest over all that decides what is installed.
 *
 * @param {string} root
 */
function stampOf(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of [...SETTINGS, ...manifests(root)]) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(`${file}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** @param {string} root */
function manifests(root) {
  const folders = WORKSPACES.flatMap((workspace) => {
    const path = join(root, workspace);
    return existsSync(path) ? readdirSync(path).map((name) => `${workspace}/${name}`) : [];
  });
  return [...LONE_PACKAGES, ...folders.sort()].map((folder) => `${folder}/package.json`);
}

/**
 * @param {string} root
 * @param {string} node
 * @param {import('./toolchain.mjs').Pnpm} pnpm
 */
function install(root, node, pnpm) {
  // Nobody is asked whether an older node_modules may be replaced: it holds nothing but what the lock file says.
  const args = [...pnpm.before, 'install', '--frozen-lockfile', '--prefer-offline', '--config.confirmModulesPurge=false'];
  const done = spawnSync(pnpm.command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: pnpm.shell,
    env: environmentWith(root, node),
  });
  if (done.status === 0) return;
  // A person's Ctrl-C is not a failure to explain.
  if (done.signal === 'SIGINT' || done.status === 130) process.exit(130);
  throw new Failure(
    'install-failed',
    'The dependencies could not be installed; pnpm says why above. The npm registry is needed for the first run and after a change of pnpm-lock.yaml.',
  );
}
