import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Stands in for pnpm: keeps what it was asked and leaves what pnpm leaves. */
const PNPM = `#!/usr/bin/env node
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
if (process.argv[2] === '--version') { console.log('10.0.0'); process.exit(0); }
appendFileSync('asked', process.argv.slice(2).join(' ') + '\\n');
mkdirSync('node_modules', { recursive: true });
writeFileSync('node_modules/.modules.yaml', '');
`;

const PLATFORM = `
console.log('args ' + JSON.stringify(process.argv.slice(2)));
if (process.argv.includes('--stay')) {
  process.on('SIGTERM', () => { console.log('stopped'); process.exit(0); });
  setInterval(() => {}, 1000);
  console.log('up');
} else {
  process.exitCode = 7;
}
`;

let folder: string;
let root: string;
/** Folders with Node and the stand-in for pnpm, and with Node alone. */
let both: string;
let nodeAlone: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger run '));
  root = join(folder, 'a repository');
  const bin = join(folder, 'bin');
  await cp(HERE, join(root, 'infra', 'local'), { recursive: true });
  await mkdir(join(root, 'services', 'platform', 'src'), { recursive: true });
  await mkdir(bin);
  await mkdir(join(folder, 'node'));
  await symlink(process.execPath, join(folder, 'node', 'node'));
  await writeFile(join(root, 'services', 'platform', 'src', 'main.ts'), PLATFORM);
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  await writeFile(join(root, 'pnpm-lock.yaml'), 'lockfileVersion: 9');
  await writeFile(join(bin, 'pnpm'), PNPM);
  await chmod(join(bin, 'pnpm'), 0o755);
  nodeAlone = join(folder, 'node');
  both = [bin, nodeAlone].join(delimiter);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Ended>; out: () => string } {
  const child = spawn(process.execPath, [join(root, 'infra', 'local', 'run.mjs'), ...args], {
    env: { ...env, PATH: env['PATH'] ?? both },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
  return { child, ended, out: () => out };
}

const asked = () => readFile(join(root, 'asked'), 'utf8').catch(() => '');

describe('npm start', () => {
  it('installs what the lock file says, then runs the platform with the arguments, from a folder with a space in its name', async () => {
    const { out } = await run(['start', '--empty', 'two words']).ended;
    expect(await asked()).toMatch(/^install --frozen-lockfile /);
    expect(out).toContain('args ["--empty","two words"]');
  });

  it('ends with the exit code of the platform', async () => {
    expect((await run(['start']).ended).code).toBe(7);
  });

  it('asks pnpm nothing when all is as it was', async () => {
    await run(['start']).ended;
    const once = await asked();
    await run(['start']).ended;
    expect(await asked()).toBe(once);
  });

  it('installs again when the lock file or a manifest has changed', async () => {
    await run(['start']).ended;
    await writeFile(join(root, 'pnpm-lock.yaml'), 'lockfileVersion: 9.0');
    await run(['start']).ended;
    await writeFile(join(root, 'package.json'), '{ "type": "module", "version": "2.0.0" }');
    await run(['start']).ended;
    expect((await asked()).trim().split('\n')).toHaveLength(3);
  });

  it('installs again when node_modules was deleted', async () => {
    await run(['start']).ended;
    await rm(join(root, 'node_modules'), { recursive: true });
    await run(['start']).ended;
    expect((await asked()).trim().split('\n')).toHaveLength(2);
  });

  it('passes SIGTERM on, waits for the platform to stop and ends with 0', async () => {
    const { child, ended, out } = run(['start', '--stay']);
    await until(() => out().includes('up'));
    child.kill('SIGTERM');
    const { code, out: said } = await ended;
    expect(said).toContain('stopped');
    expect(code).toBe(0);
  });

  it('ends with 0 when Ctrl-C reaches a platform that has not taken the signal over yet', async () => {
    const { child, ended, out } = run(['start', '--stay']);
    await until(() => out().includes('up'));
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
  });
});

describe('an npm that is killed outright', () => {
  it('leaves no platform behind', async () => {
    const runner = join(root, 'infra', 'local', 'run.mjs');
    // Stands in for npm: a parent that passes nothing on.
    const parent = `require('node:child_process').spawn(process.execPath, process.argv.slice(1), { stdio: 'inherit' })`;
    const npm = spawn(process.execPath, ['-e', parent, runner, 'start', '--stay'], {
      env: { PATH: both, npm_lifecycle_event: 'start' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let out = '';
    npm.stdout.on('data', (chunk) => {
      out += chunk;
    });
    // The pipe closes when the last process that holds it has ended.
    const allGone = new Promise((resolve) => npm.stdout.on('close', resolve));
    await until(() => out.includes('up'));
    npm.kill('SIGKILL');
    await allGone;
    expect(out).toContain('stopped');
  });
});

describe('a machine on which something is missing', () => {
  it('is told in a sentence when the npm registry cannot be reached', async () => {
    const npm = await fakeNpm(`console.error('npm error code ENOTFOUND'); process.exit(1);`);
    const { code, err } = await run(['start'], { PATH: nodeAlone, npm_execpath: npm }).ended;
    expect(err).toContain('The npm registry could not be reached');
    expect(err).not.toContain('    at ');
    expect(code).toBe(1);
  });

  it('is told what npm said when it failed for another reason', async () => {
    const npm = await fakeNpm(`console.error('npm error code E403'); process.exit(1);`);
    expect((await run(['start'], { PATH: nodeAlone, npm_execpath: npm }).ended).err).toContain('npm error code E403');
  });

  it('is told to install Node when there is no npm', async () => {
    expect((await run(['start'], { PATH: join(folder, 'nothing here') }).ended).err).toContain('npm was not found');
  });

  it('is told when pnpm fails', async () => {
    await writeFile(join(folder, 'bin', 'pnpm'), PNPM.replace('appendFileSync(', 'process.exit(1); appendFileSync('));
    const { code, err } = await run(['start']).ended;
    expect(err).toContain('The dependencies could not be installed');
    expect(code).toBe(1);
  });

  async function fakeNpm(script: string): Promise<string> {
    const file = join(folder, 'npm-cli.js');
    await writeFile(file, script);
    return file;
  }
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
