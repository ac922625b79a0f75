import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COSIGNATURE, formatVkey, generateKey, readPolicy, toleratedWitnesses, vkeyOf } from '@cytoledger/attest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Config, ConfigError, readConfig } from '../config.ts';
import { readCast } from '../demo/cast.ts';
import { DemoKeys } from '../demo/keys.ts';
import { SCENARIOS } from '../demo/reading.ts';
import { attestationKeys } from './keys.ts';
import { policyOf } from './policy.ts';

const ORIGIN = 'demo.invalid/spec';

let dataDir: string;
let folder: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'platform-attestation-'));
  folder = join(dataDir, 'attestation');
});
afterEach(() => rm(dataDir, { recursive: true }));

const config = (env: Record<string, string> = {}, args: string[] = []): Config => readConfig({ DATA_DIR: dataDir, ...env }, args);

async function cosigner(kind: 'witnesses' | 'monitors', name: string): Promise<void> {
  await mkdir(join(folder, kind, name), { recursive: true });
  await writeFile(join(folder, kind, name, 'vkey'), `${formatVkey(vkeyOf(name, generateKey().publicJwk, COSIGNATURE))}\n`);
}

async function fourWitnesses(): Promise<void> {
  for (const n of [1, 2, 3, 4]) await cosigner('witnesses', `witness-${n}`);
  await cosigner('monitors', 'monitor-1');
}

describe('the keys of a log', () => {
  it('are made at its first start, for their owner only, with their public lines beside them, and kept', async () => {
    const { log, receipts } = await attestationKeys(folder, ORIGIN);
    expect((await stat(join(folder, 'log.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'receipts.key'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, 'log.vkey'), 'utf8')).toBe(`${formatVkey(log.vkey)}\n`);
    expect(await readFile(join(folder, 'receipts.vkey'), 'utf8')).toBe(`${formatVkey(receipts.vkey)}\n`);
    const again = await attestationKeys(folder, ORIGIN);
    expect([again.log.vkey, again.receipts.vkey]).toEqual([log.vkey, receipts.vkey]);
  });

  it('are not made anew where something has been signed', async () => {
    await attestationKeys(folder, ORIGIN);
    await writeFile(join(folder, 'signed'), 'a checkpoint');
    await rm(join(folder, 'log.key'));
    await expect(attestationKeys(folder, ORIGIN)).rejects.toThrow(/log\.key is missing/);
  });

  it('may be PKCS#8', async () => {
    await mkdir(folder, { recursive: true });
    const { privateKey } = generateKeyPairSync('ed25519');
    await writeFile(join(folder, 'log.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const { log } = await attestationKeys(folder, ORIGIN);
    expect(log.vkey.publicJwk.x).toBe(privateKey.export({ format: 'jwk' }).x);
  });

  it('are refused where a file holds something else', async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'log.key'), 'a key');
    await expect(attestationKeys(folder, ORIGIN)).rejects.toThrow(ConfigError);
  });
});

describe("a demo's policy", () => {
  it('pins the witnesses and the monitor beside it, so that one witness may lie, and the root key of everybody who plays', async () => {
    await fourWitnesses();
    const keys = await attestationKeys(folder, ORIGIN);
    const policy = readPolicy((await policyOf(config(), ORIGIN, keys))!);
    expect(policy.witnesses.map(({ name }) => name)).toEqual(['witness-1', 'witness-2', 'witness-3', 'witness-4']);
    expect({ quorum: policy.quorum, tolerated: toleratedWitnesses(policy, 0) }).toEqual({ quorum: 3, tolerated: 1 });
    expect(policy.monitors.map(({ name }) => name)).toEqual(['monitor-1']);
    expect(policy.receipts.map(({ id }) => id)).toEqual([keys.receipts.vkey.id]);
    const { organisations } = await readCast(SCENARIOS);
    const roots = await DemoKeys.open(join(dataDir, 'demo', 'keys'));
    for (const { id } of organisations) {
      const { publicJwk } = await roots.key(`root@${id}`);
      expect(policy.organisations.find(({ name }) => name === id)?.publicJwk.x).toBe(publicJwk.x);
    }
  });

  it('is written once: who came later is not slipped in', async () => {
    await fourWitnesses();
    const keys = await attestationKeys(folder, ORIGIN);
    const first = await policyOf(config(), ORIGIN, keys);
    await cosigner('witnesses', 'witness-5');
    expect(await policyOf(config(), ORIGIN, keys)).toBe(first);
  });

  it('is not there without witnesses', async () => {
    expect(await policyOf(config(), ORIGIN, await attestationKeys(folder, ORIGIN))).toBeNull();
  });
});

describe('a policy', () => {
  const policyAt = async (path: string, change = (text: string) => text) => {
    await fourWitnesses();
    const text = (await policyOf(config({}, ['--empty']), ORIGIN, await attestationKeys(folder, ORIGIN)))!;
    await writeFile(path, change(text));
    return text;
  };

  it('is taken from the file that is named', async () => {
    const path = join(dataDir, 'agreed.txt');
    const text = await policyAt(path, (made) => made.replace('version 1', 'version 7'));
    const given = await policyOf(config({ POLICY: path }), ORIGIN, await attestationKeys(folder, ORIGIN));
    expect(given).toBe(text.replace('version 1', 'version 7'));
  });

  it.each([
    ['of another log', (text: string) => text.replaceAll(ORIGIN, 'demo.invalid/other'), /./],
    ['that does not parse', (text: string) => text.replace('quorum 3', 'quorum 9'), /is no policy/],
  ])('%s is refused', async (_what, change, message) => {
    const path = join(dataDir, 'agreed.txt');
    await policyAt(path, change);
    const opening = policyOf(config({ POLICY: path }), ORIGIN, await attestationKeys(folder, ORIGIN));
    await expect(opening).rejects.toThrow(ConfigError);
    await expect(opening).rejects.toThrow(message);
  });

  it('with another key of this log is refused', async () => {
    const path = join(dataDir, 'agreed.txt');
    await policyAt(path);
    const other = await attestationKeys(join(dataDir, 'other'), ORIGIN);
    await expect(policyOf(config({ POLICY: path }), ORIGIN, other)).rejects.toThrow(/does not pin this log's key/);
  });

  it('that is named and not there is refused', async () => {
    const keys = await attestationKeys(folder, ORIGIN);
    await expect(policyOf(config({ POLICY: join(dataDir, 'none.txt') }), ORIGIN, keys)).rejects.toThrow(/POLICY=.*none\.txt/);
  });
});

describe('WITNESSES', () => {
  it('tells where each is asked', () => {
    expect(config({ WITNESSES: 'a.example=https://a.example/w, b=http://127.0.0.1:1' }).attestation.witnesses).toEqual([
      { name: 'a.example', url: 'https://a.example/w' },
      { name: 'b', url: 'http://127.0.0.1:1' },
    ]);
  });

  it.each(['a.example', '=https://a.example', 'a=ftp://a.example', 'a=nowhere'])('is refused as %s', (text) => {
    expect(() => config({ WITNESSES: text })).toThrow(/WITNESSES/);
  });
});
