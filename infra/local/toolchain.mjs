import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { Failure } from './failure.mjs';
import { majorOf, NODE_VERSION, OLDEST_NODE_MAJOR, OLDEST_PNPM_MAJOR, PNPM_VERSION } from './versions.mjs';

/** @typedef {import('./memory.mjs').Memory} Memory */

/**
 * How pnpm is called: a program, and what stands before the arguments.
 *
 * @typedef {object} Pnpm
 * @property {string} command
 * @property {readonly string[]} before
 * @property {boolean} shell
 */

const ON_WINDOWS = process.platform === 'win32';
/** A first download on a slow line. */
const FETCH_MS = 10 * 60_000;
const PROBE_MS = 15_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/**
 * The Node that needs no fetching: the running one where it is recent enough, else the one fetched before.
 *
 * @param {Memory} memory
 * @param {{ version: string, execPath: string }} running
 * @returns {string | undefined}
 */
export function nodeAtHand(memory, running = { version: process.versions.node, execPath: process.execPath }) {
  if (majorOf(running.version) >= OLDEST_NODE_MAJOR) return running.execPath;
  if (memory.node !== undefined && memory.nodeVersion === NODE_VERSION && existsSync(memory.node)) return memory.node;
  return undefined;
}

/** @returns {Pnpm | undefined} the pnpm on the path, where it is recent enough */
export function pnpmAtHand() {
  const pnpm = { command: 'pnpm', before: [], shell: ON_WINDOWS };
  const asked = spawnSync('pnpm', ['--version'], {
    encoding: 'utf8',
    shell: pnpm.shell,
    timeout: PROBE_MS,
    stdio: ['ignore', 'pipe', 'ignore'],
    // A corepack stand-in must not stop to ask a question.
    env: { ...process.env, COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' },
  });
  return asked.status === 0 && majorOf(asked.stdout) >= OLDEST_PNPM_MAJOR ? pnpm : undefined;
}

/**
 * Has npm fetch what is missing, into its own cache; the machine stays as it is.
 *
 * @param {string} root
 * @param {{ node: string | undefined, pnpm: Pnpm | undefined }} atHand
 * @returns {{ node: string, pnpm: Pnpm }}
 * @throws {Failure} `npm-missing`, `npm-failed`, `registry-unreachable`, `node-too-old`
 */
export function fetchMissing(root, atHand) {
  const { node, pnpm } = atHand;
  if (node !== undefined && pnpm !== undefined) return { node, pnpm };
  const missing = [...(node ? [] : [`node@${NODE_VERSION}`]), ...(pnpm ? [] : [`pnpm@${PNPM_VERSION}`])];
  process.stderr.write(`Fetching ${missing.join(' and ')} through npm (once)\n`);
  const fetched = askNpm(root, missing);
  if (node === undefined && majorOf(fetched.version) < OLDEST_NODE_MAJOR) {
    throw new Failure(
      'node-too-old',
      `npm fetched node@${NODE_VERSION}, but Node ${fetched.version} answered. Install Node ${OLDEST_NODE_MAJOR} or newer and try again.`,
    );
  }
  const usedNode = node ?? fetched.node;
  if (pnpm !== undefined) return { node: usedNode, pnpm };
  if (fetched.pnpm === null) {
    throw new Failure(
      'npm-failed',
      `npm fetched pnpm@${PNPM_VERSION}, but it is not where npm puts programs. Install pnpm and try again.`,
    );
  }
  return { node: usedNode, pnpm: { command: usedNode, before: [fetched.pnpm], shell: false } };
}

/**
 * @param {string} root
 * @param {readonly string[]} packages
 * @returns {{ node: string, version: string, pnpm: string | null }}
 */
function askNpm(root, packages) {
  const npm = npmCommand();
  // From the root with a relative path: no quoting of a path that may hold spaces.
  const args = [
    'exec',
    '--yes',
    ...packages.map((name) => `--package=${name}`),
    '--',
    'node',
    'infra/local/report-toolchain.mjs',
  ];
  const asked = spawnSync(npm.command, [...npm.before, ...args], {
    cwd: root,
    encoding: 'utf8',
    shell: npm.shell,
    timeout: FETCH_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (asked.error && 'code' in asked.error && asked.error.code === 'ENOENT') {
    throw new Failure(
      'npm-missing',
      `npm was not found. Install Node ${OLDEST_NODE_MAJOR} or newer, which brings npm along, and try again.`,
    );
  }
  const report = asked.status === 0 ? lastJsonLine(asked.stdout) : undefined;
  if (report) return report;
  const said = `${asked.stderr ?? ''}${asked.error ? `\n${asked.error.message}` : ''}`.trim();
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT/.test(said)) {
    throw new Failure(
      'registry-unreachable',
      `The npm registry could not be reached, and ${packages.join(' and ')} is not here yet. Connect once and try again, or install Node ${OLDEST_NODE_MAJOR} and pnpm ${OLDEST_PNPM_MAJOR} yourself.\n\nnpm said:\n${said}`,
    );
  }
  throw new Failure('npm-failed', `npm could not fetch ${packages.join(' and ')}.\n\nnpm said:\n${said}`);
}

/** The npm that started this, else the one on the path. Its script is called with Node, so that no shell reads the arguments. */
function npmCommand() {
  const started = process.env['npm_execpath'];
  if (started !== undefined && basename(started) === 'npm-cli.js' && existsSync(started)) {
    return { command: process.execPath, before: [started], shell: false };
  }
  return { command: 'npm', before: [], shell: ON_WINDOWS };
}

/**
 * @param {string} text
 * @returns {{ node: string, version: string, pnpm: string | null } | undefined}
 */
function lastJsonLine(text) {
  try {
    return JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');
  } catch {
    return undefined;
  }
}

/**
 * The environment in which `node` and the programs of the repository's packages are found first.
 *
 * @param {string} root
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentWith(root, node) {
  const name = Object.keys(process.env).find((each) => each.toUpperCase() === 'PATH') ?? 'PATH';
  const path = [join(root, 'node_modules', '.bin'), dirname(node), process.env[name]].filter((part) => part !== undefined);
  return { ...process.env, [name]: path.join(delimiter) };
}
