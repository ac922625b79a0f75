import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ED25519, formatVkey, generateKey, POLICY_HEADER, type Succession, vkeyOf } from '@cytoledger/attest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../exit.ts';
import type { Io } from '../io.ts';
import { attest, makeLog, ORIGIN } from '../log/attested/attested-folder.fixture.ts';
import { runCli } from '../program.ts';

const NEW = 'cells.example/log-2';
let folder: string;
let statement: string;
let policy: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-recover-'));
  await makeLog(join(folder, 'log.db'), 300, 12);
  await attest(join(folder, 'log.db'), join(folder, 'attestation'), [100, 280]);
  sql('DELETE FROM events WHERE position > 250');
  const keys = await Promise.all(['operator', 'regulator'].map((name) => rootKey(name)));
  const log = formatVkey(vkeyOf(NEW, generateKey().publicJwk, ED25519));
  const witness = formatVkey(vkeyOf('hospital', generateKey().publicJwk, 4));
  policy = await file(
    'policy-2.txt',
    [POLICY_HEADER, 'version 1', `origin ${NEW}`, `log ${log}`, `witness ${witness}`, ...keys, 'quorum 1'].join('\n'),
  );
  statement = await file('statement.json', (await assess()).out);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sql = (text: string) => {
  const db = new DatabaseSync(join(folder, 'log.db'));
  db.exec(text);
  db.close();
};

async function file(name: string, content: string): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

async function rootKey(name: string): Promise<string> {
  const { privateJwk, publicJwk } = generateKey();
  await file(`${name}.json`, JSON.stringify(privateJwk));
  return `organisation ${formatVkey(vkeyOf(name, publicJwk, ED25519))}`;
}

async function recover(...args: string[]) {
  const said = { out: [] as string[], err: [] as string[] };
  const io: Io = {
    env: { DATA_DIR: folder },
    stdin: (async function* () {})(),
    stdout: { write: (text) => said.out.push(String(text)) > 0 },
    stderr: { write: (text) => said.err.push(String(text)) > 0 },
    signal: new AbortController().signal,
  };
  const exit = await runCli(['recover', ...args], io);
  return { exit, out: said.out.join(''), err: said.err.join('') };
}

const assess = (...args: string[]) =>
  recover(
    ...['assess', '--origin', NEW, '--policy', join(folder, 'attestation', 'policy.txt')],
    ...['--checkpoint', join(folder, 'attestation', 'published'), ...args],
  );

async function signed(name: string): Promise<string> {
  const { out } = await recover('sign', statement, '--root', join(folder, `${name}.json`));
  return file(`${name}.jws`, out);
}

describe('a lost log', () => {
  it('is assessed entry by entry where its hashes lead to the last cosigned checkpoint', async () => {
    const { exit, out, err } = await assess();

    expect(exit).toBe(EXIT.done);
    expect(JSON.parse(out)).toMatchObject({
      origin: NEW,
      predecessor: { origin: ORIGIN, checkpoint: await readFile(join(folder, 'attestation', 'published'), 'utf8') },
      survived: { size: 250 },
      lost: { from: 250, below: 280 },
      reason: 'storage-lost',
    });
    expect(err).toContain('250 entries survive, each compared with its attested hash; 30 are lost');
  });

  it('is assessed by checkpoints alone where its hashes are gone', async () => {
    await mkdir(join(folder, 'elsewhere'), { recursive: true });
    const { out, err } = await assess('--attestation', join(folder, 'elsewhere'));

    expect(JSON.parse(out)).toMatchObject({ survived: { size: 0 }, lost: { from: 0, below: 280 } });
    expect(err).toContain('as far as a checkpoint confirms it');
  });

  it('is assessed where nothing is left of it', async () => {
    const { exit, out } = await assess('--all-lost');

    expect(exit).toBe(EXIT.done);
    expect(JSON.parse(out)).toMatchObject({ survived: { size: 0 }, lost: { from: 0, below: 280 } });
  });

  it('is succeeded when operator and regulator have signed the same', async () => {
    const { exit, out, err } = await recover(
      'seal',
      statement,
      await signed('operator'),
      await signed('regulator'),
      '--policy',
      policy,
    );

    expect({ exit, err }).toEqual({ exit: EXIT.done, err: 'signed by operator, regulator\n' });
    const { succession, signatures } = JSON.parse(out) as { succession: Succession; signatures: string[] };
    expect(succession).toEqual(JSON.parse(await readFile(statement, 'utf8')));
    expect(signatures).toHaveLength(2);
  });

  it('is not succeeded by one organisation alone, however often it signs, nor by somebody whom the policy does not pin', async () => {
    const own = await signed('operator');
    expect(await recover('seal', statement, own, own, '--policy', policy)).toMatchObject({
      exit: EXIT.usage,
      err: expect.stringContaining('quorum-not-met'),
    });
    await rootKey('stranger');
    expect(await recover('seal', statement, own, await signed('stranger'), '--policy', policy)).toMatchObject({
      exit: EXIT.usage,
      err: expect.stringContaining('signature-mismatch'),
    });
  });

  it('is not succeeded by signatures over another finding', async () => {
    const whole = JSON.parse(await readFile(statement, 'utf8')) as Succession;
    const [one, two] = [await signed('operator'), await signed('regulator')];
    const other = await file('other.json', JSON.stringify({ ...whole, reason: 'history-damaged' }));

    expect(await recover('seal', other, one, two, '--policy', policy)).toMatchObject({
      exit: EXIT.usage,
      err: expect.stringContaining('signature-mismatch'),
    });
  });

  it.each<[string, (whole: Succession) => object]>([
    ['lost entries that survived', (whole) => ({ ...whole, lost: { from: 240, below: 280 } })],
    ['another end than that of the checkpoint', (whole) => ({ ...whole, lost: { from: 250, below: 281 } })],
    ['the old origin as the new one', (whole) => ({ ...whole, origin: ORIGIN })],
  ])('cannot be said to have %s', async (_, altered) => {
    const path = await file('altered.json', JSON.stringify(altered(JSON.parse(await readFile(statement, 'utf8')) as Succession)));

    expect(await recover('sign', path, '--root', join(folder, 'operator.json'))).toMatchObject({
      exit: EXIT.usage,
      err: expect.stringContaining('invalid-member'),
    });
  });
});
