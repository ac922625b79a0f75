import { createHash } from 'node:crypto';
import { cp, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Issuing, startIssuer, startProcess, stopped } from './platform-process.fixture.ts';
import { post, said } from './saying.fixture.ts';

let issuing: Issuing;
let root: string;
let whole: string;
let env: Record<string, string>;
beforeAll(async () => {
  issuing = await startIssuer();
  root = await mkdtemp(join(tmpdir(), 'damaged-'));
  whole = join(root, 'whole');
  env = { ...issuing.env, DATA_DIR: whole };
  const token = await issuing.issuer.token({ org: 'clinic-a', person: 'staff-0001', roles: ['hospital.nurse'] });
  const platform = startProcess(env);
  const url = await platform.url;
  for (let n = 0; n < 60; n++) {
    await post(url, `/v1/persons/donor-${n}-0000`, token, said({ role: 'donor', name: `王小明${n}` }));
  }
  await stopped(platform);
});
afterAll(async () => {
  issuing.stop();
  await rm(root, { recursive: true, force: true });
});

const copied = async (name: string) => {
  const folder = join(root, name);
  await cp(whole, folder, { recursive: true });
  return folder;
};

/** Starts on the folder, expects a refusal that names the file, and returns what was said. */
async function refusalOn(folder: string, over: Record<string, string> = {}): Promise<string> {
  const platform = startProcess({ ...env, DATA_DIR: folder, ...over });
  const outcome = await Promise.race([platform.url.then(() => 'started' as const), platform.ended]);
  if (outcome === 'started') {
    platform.kill('SIGKILL');
    await platform.ended;
    throw new Error('it started');
  }
  expect(outcome.code).toBe(1);
  expect(platform.said()).toMatch(/did not start: /);
  expect(platform.said()).not.toMatch(/\n\s+at /);
  return platform.said();
}

const digest = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

describe('a log that is not what it was is refused by name, and left as it is', () => {
  const damages: [string, (log: string) => Promise<void>][] = [
    ['cut to half', async (log) => truncate(log, Math.floor((await stat(log)).size / 2))],
    ['cut within a page', async (log) => truncate(log, (await stat(log)).size - 1000)],
    [
      'overwritten in the middle',
      async (log) => {
        const file = await open(log, 'r+');
        await file.write(Buffer.alloc(8192, 0x5a), 0, 8192, 8192);
        await file.close();
      },
    ],
    ['text', async (log) => writeFile(log, 'this was a log once\n'.repeat(500))],
    [
      'another program’s database',
      async (log) => {
        await rm(log);
        const other = new DatabaseSync(log);
        other.exec("CREATE TABLE recipes (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO recipes (name) VALUES ('soup')");
        other.close();
      },
    ],
  ];
  it.each(damages)('%s', async (name, damage) => {
    const folder = await copied(name.replaceAll(/\W/g, '-'));
    const log = join(folder, 'log.db');
    await damage(log);
    const before = await digest(log);
    expect(await refusalOn(folder)).toContain(log);
    expect(await digest(log)).toBe(before);
  });
});

describe('a folder that has lost a part is refused', () => {
  it.each([
    ['the key that retries depend on', 'keys/nonce.key'],
    ['the keys of the vault', 'vault/keys.db'],
    ['the log', 'log.db'],
  ])('%s', async (_what, part) => {
    const folder = await copied(`without-${part.replaceAll(/\W/g, '-')}`);
    await rm(join(folder, part));
    await rm(join(folder, `${part}-wal`), { force: true });
    await rm(join(folder, `${part}-shm`), { force: true });
    expect(await refusalOn(folder)).toContain(join(folder, part));
  });

  it('the log, of which an empty file is left', async () => {
    const folder = await copied('emptied');
    await writeFile(join(folder, 'log.db'), '');
    expect(await refusalOn(folder)).toContain(join(folder, 'log.db'));
  });
});

it('a production log is never opened as a demo', async () => {
  const folder = await copied('as-demo');
  const { JWKS_URL: _, JWT_ISSUER: __, JWT_AUDIENCE: ___, ...demo } = env;
  const platform = startProcess({ ...demo, DATA_DIR: folder }, { args: ['--empty'] });
  expect((await platform.ended).code).toBe(1);
  expect(platform.said()).toContain('production mode');
});

it('a second process on the same folder is refused, and the first goes on', async () => {
  const folder = await copied('twice');
  const first = startProcess({ ...env, DATA_DIR: folder });
  const url = await first.url;
  expect(await refusalOn(folder)).toContain(join(folder, 'log.db'));
  const token = await issuing.issuer.token({ org: 'clinic-a', person: 'staff-0001', roles: ['hospital.nurse'] });
  expect((await post(url, '/v1/persons/donor-9999', token, said({ role: 'donor', name: '李四' }))).status).toBe(201);
  await stopped(first);
});
