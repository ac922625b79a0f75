import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  base64url,
  COSIGNATURE,
  checkpointText,
  cosignNote,
  ED25519,
  formatNote,
  formatVkey,
  generateKey,
  POLICY_HEADER,
  readBody,
  type Succession,
  sha256,
  signNote,
  signSuccession,
  vkeyOf,
} from '@cytoledger/attest';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { startPlatform } from './platform.ts';

const [OLD, NEW] = ['cells.example/log', 'cells.example/log-2'];
const keys = { operator: generateKey(), regulator: generateKey(), log: generateKey(), witness: generateKey() };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-succession-'));
  const vkey = (name: string, key: keyof typeof keys, type: typeof ED25519 | typeof COSIGNATURE) =>
    formatVkey(vkeyOf(name, keys[key].publicJwk, type));
  const policy = [
    ...[POLICY_HEADER, 'version 1', `origin ${NEW}`, `log ${vkey(NEW, 'log', ED25519)}`, 'quorum 1'],
    `witness ${vkey('hospital', 'witness', COSIGNATURE)}`,
    `organisation ${vkey('operator', 'operator', ED25519)}`,
    `organisation ${vkey('regulator', 'regulator', ED25519)}`,
  ];
  await writeFile(join(folder, 'policy.txt'), policy.join('\n'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function succession(): Succession {
  const text = checkpointText({ origin: OLD, size: 280, root: sha256('as it was') });
  const signatures = [
    signNote(text, { name: OLD, privateKey: keys.log.privateJwk }),
    cosignNote(text, { name: 'hospital', privateKey: keys.witness.privateJwk }, 1_795_000_000),
  ];
  return {
    origin: NEW,
    predecessor: { origin: OLD, checkpoint: formatNote({ text, signatures }) },
    survived: { size: 250, root: base64url(sha256('as it is')) },
    lost: { from: 250, below: 280 },
    reason: 'storage-lost',
  };
}

async function start(signatures: readonly string[], env: Record<string, string> = {}) {
  const path = join(folder, 'succession.json');
  await writeFile(path, JSON.stringify({ succession: succession(), signatures }));
  const own = {
    DATA_DIR: join(folder, 'data'),
    PORT: '0',
    LOG_LEVEL: 'silent',
    SERVICES: 'registry',
    OPERATOR: 'operator',
    POLICY: join(folder, 'policy.txt'),
    SUCCESSION: path,
  };
  return startPlatform(readConfig({ ...own, ...env }, ['--empty']));
}

const by = (...names: ('operator' | 'regulator')[]) => names.map((name) => signSuccession(succession(), keys[name].privateJwk));

it('begins the new log with what both have signed about the old one', async () => {
  const platform = await start(by('operator', 'regulator'));

  expect(platform.origin).toBe(NEW);
  for await (const [first] of platform.store.readAll({ limit: 1 })) {
    expect(first).toMatchObject({ stream: 'log', revision: 0, type: 'log.created.v2' });
    expect(readBody(first!.body).content.data).toEqual({
      mode: 'demo',
      origin: NEW,
      succession: succession(),
      signatures: by('operator', 'regulator'),
    });
  }
  await platform.close();
  const again = await start([]);
  expect(again.origin).toBe(NEW);
  await again.close();
});

it.each<[string, readonly string[], Record<string, string>, RegExp]>([
  ['the operator alone', by('operator', 'operator'), {}, /quorum-not-met/],
  ['nobody', [], {}, /quorum-not-met/],
  [
    'others than the operator of this platform',
    by('operator', 'regulator'),
    { OPERATOR: 'somebody' },
    /the operator somebody did not/,
  ],
  ['both, for a log of another name', by('operator', 'regulator'), { ORIGIN: 'cells.example/log-3' }, /ORIGIN says/],
  ['both, where no policy pins their keys', by('operator', 'regulator'), { POLICY: '' }, /SUCCESSION/],
])('begins nothing that was signed by %s', async (_, signatures, env, reason) => {
  await expect(start(signatures, env)).rejects.toThrow(reason);
});
