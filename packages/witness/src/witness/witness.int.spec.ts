import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  COSIGNATURE,
  ED25519,
  formatNote,
  readNote,
  readPolicy,
  readVkey,
  verifyNote,
  verifyReleasedCheckpoint,
} from '@cytoledger/attest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BEGINNING, FakeLog, newKey, vkeyText } from '../fake-log.fixture.ts';
import { serveWitness } from './serve-witness.ts';
import { makeWitness, openWitness, type Refusal, type Witness, type WitnessOptions } from './witness.ts';

let folder: string;
let log: FakeLog;
let now: number;
const open: Witness[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'witness-'));
  log = new FakeLog();
  log.grow(5, BEGINNING);
  now = BEGINNING + 10;
});
afterEach(async () => {
  for (const witness of open.splice(0)) await witness.close();
  await rm(folder, { recursive: true, force: true });
});

async function made(name = 'w.example', at = join(folder, name)): Promise<{ at: string; vkey: string }> {
  return { at, vkey: await makeWitness({ folder: at, name }) };
}

async function opened(at: string, options: Partial<WitnessOptions> = {}): Promise<Witness> {
  const witness = await openWitness({ folder: at, logVkeys: [log.vkey], clock: () => now * 1000, ...options });
  open.push(witness);
  return witness;
}

async function begun(options: Partial<WitnessOptions> = {}): Promise<{ witness: Witness; at: string; vkey: string }> {
  const { at, vkey } = await made();
  const witness = await opened(at, options);
  expect(await witness.addCheckpoint(log.addCheckpoint(0))).toMatchObject({ status: 200 });
  return { witness, at, vkey };
}

describe('a witness', () => {
  it('cosigns the first checkpoint that it sees, with its own key and time', async () => {
    const { at, vkey } = await made();
    const witness = await opened(at);
    const { status, body } = await witness.addCheckpoint(log.addCheckpoint(0));
    expect(status).toBe(200);
    expect(verifyNote(readNote(log.signed() + body), [readVkey(vkey)])).toEqual([
      { key: readVkey(vkey), timestamp: BEGINNING + 10 },
    ]);
  });

  it('cosigns what extends the checkpoint before', async () => {
    const { witness } = await begun();
    log.grow(8, BEGINNING);
    expect(await witness.addCheckpoint(log.addCheckpoint(5))).toMatchObject({ status: 200 });
    expect(witness.sizeOf(log.origin)).toBe(13);
  });

  it('cosigns the same checkpoint again', async () => {
    const { witness } = await begun();
    expect(await witness.addCheckpoint(log.addCheckpoint(5))).toMatchObject({ status: 200 });
  });

  it('refuses a rollback, and says its size', async () => {
    const { witness } = await begun();
    expect(await witness.addCheckpoint(log.addCheckpoint(3, 3))).toEqual({
      status: 409,
      contentType: 'text/x.tlog.size',
      body: '5\n',
    });
    expect(await witness.addCheckpoint(log.addCheckpoint(5, 3))).toMatchObject({ status: 400 });
    expect(witness.sizeOf(log.origin)).toBe(5);
  });

  it('refuses another history of the same size and keeps both notes, which prove the log’s misbehaviour', async () => {
    const refusals: Refusal[] = [];
    const { witness, at } = await begun({ onRefusal: (refusal) => refusals.push(refusal) });
    const forked = new FakeLog({ origin: log.origin, key: log.key });
    forked.grow(5, BEGINNING + 1);
    expect(await witness.addCheckpoint(forked.addCheckpoint(5))).toMatchObject({ status: 409, body: '5\n' });
    expect(refusals).toEqual([{ origin: log.origin, kind: 'two-roots', held: 5, offered: 5 }]);
    const [kept] = await readdir(join(at, 'refused'));
    const text = await readFile(join(at, 'refused', kept!), 'utf8');
    expect(text).toContain(log.signed());
    expect(text).toContain(forked.signed());
  });

  it('refuses a longer history that does not begin with the one before', async () => {
    const refusals: Refusal[] = [];
    const { witness } = await begun({ onRefusal: (refusal) => refusals.push(refusal) });
    const forked = new FakeLog({ origin: log.origin, key: log.key });
    forked.grow(9, BEGINNING + 1);
    expect(await witness.addCheckpoint(forked.addCheckpoint(5))).toMatchObject({ status: 422 });
    expect(refusals).toMatchObject([{ kind: 'no-extension', held: 5, offered: 9 }]);
    expect(witness.sizeOf(log.origin)).toBe(5);
  });

  it('refuses a proof that is empty, too long or of other sizes', async () => {
    const { witness } = await begun();
    log.grow(4, BEGINNING);
    const right = log.addCheckpoint(5).toString();
    const [, ...lines] = right.slice(0, right.indexOf('\n\n')).split('\n');
    const bodyWith = (proof: readonly string[]) =>
      Buffer.from(`old 5\n${proof.map((line) => `${line}\n`).join('')}\n${log.signed()}`);
    for (const proof of [[], lines.slice(1), [...lines, lines[0]!], [...lines].reverse()])
      expect(await witness.addCheckpoint(bodyWith(proof))).toMatchObject({ status: 422 });
    expect(await witness.addCheckpoint(bodyWith(lines))).toMatchObject({ status: 200 });
  });

  it('refuses a proof from nothing that is not empty', async () => {
    const { at } = await made();
    const witness = await opened(at);
    const body = log
      .addCheckpoint(0)
      .toString()
      .replace('old 0\n', `old 0\n${Buffer.alloc(32).toString('base64')}\n`);
    expect(await witness.addCheckpoint(Buffer.from(body))).toMatchObject({ status: 422 });
  });

  it('does not serve a log that it was not told of', async () => {
    const { witness } = await begun();
    const other = new FakeLog({ origin: 'other.example/log' });
    other.grow(1, BEGINNING);
    expect(await witness.addCheckpoint(other.addCheckpoint(0))).toMatchObject({ status: 404 });
  });

  it('refuses a checkpoint that the log’s key did not sign, whatever else signed it', async () => {
    const { witness } = await begun();
    const impostor = new FakeLog({ origin: log.origin });
    impostor.entries.push(...log.entries);
    impostor.grow(1, BEGINNING);
    expect(await witness.addCheckpoint(impostor.addCheckpoint(5))).toMatchObject({ status: 403 });
    log.grow(1, BEGINNING);
    const { text } = readNote(log.signed());
    const stolen = formatNote({ text, signatures: readNote(log.signed(5)).signatures });
    expect(await witness.addCheckpoint(log.addCheckpoint(5, 6, stolen))).toMatchObject({ status: 403 });
  });

  it('passes over signatures of keys that it does not know', async () => {
    const { witness } = await begun();
    log.grow(1, BEGINNING);
    log.release(BEGINNING + 5);
    expect(await witness.addCheckpoint(log.addCheckpoint(5, 6, log.checkpoint))).toMatchObject({ status: 200 });
  });

  it.each([
    ['nothing', () => ''],
    ['no proof block', (right: string) => right.slice(right.indexOf('\n\n') + 2)],
    ['a leading zero', (right: string) => right.replace('old 5', 'old 05')],
    ['another word', (right: string) => right.replace('old 5', 'size 5')],
    ['a hash of 31 bytes', (right: string) => right.replace('old 5\n', `old 5\n${Buffer.alloc(31).toString('base64')}\n`)],
    ['64 hashes', (right: string) => right.replace('old 5\n', `old 5\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}`)],
    ['no signature', (right: string) => right.slice(0, right.lastIndexOf('—'))],
  ])('takes no request with %s', async (_, wrong) => {
    const { witness } = await begun();
    expect(await witness.addCheckpoint(Buffer.from(wrong(log.addCheckpoint(5).toString())))).toMatchObject({ status: 400 });
  });

  it('takes no request that is not UTF-8', async () => {
    const { witness } = await begun();
    expect(await witness.addCheckpoint(Buffer.concat([log.addCheckpoint(5), Buffer.of(0xff)]))).toMatchObject({ status: 400 });
  });

  it('gives exactly one of two histories its cosignature when both ask at once', async () => {
    const { witness } = await begun();
    const forked = log.fork();
    log.grow(3, BEGINNING + 1);
    forked.grow(3, BEGINNING + 2);
    const answers = await Promise.all([log, forked].map((one) => witness.addCheckpoint(one.addCheckpoint(5))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('never goes back to the smaller of two checkpoints that ask at once', async () => {
    const { witness } = await begun();
    log.grow(6, BEGINNING);
    const sizes = [6, 11, 8, 9, 7, 10];
    const answers = await Promise.all(sizes.map((size) => witness.addCheckpoint(log.addCheckpoint(5, size))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(witness.sizeOf(log.origin)).toBe(6);
  });

  it('remembers what it cosigned over a restart', async () => {
    const { witness, at } = await begun();
    await witness.close();
    const again = await opened(at);
    expect(again.sizeOf(log.origin)).toBe(5);
    const forked = new FakeLog({ origin: log.origin, key: log.key });
    forked.grow(9, BEGINNING + 1);
    expect(await again.addCheckpoint(forked.addCheckpoint(0))).toMatchObject({ status: 409, body: '5\n' });
    expect(await again.addCheckpoint(forked.addCheckpoint(5))).toMatchObject({ status: 422 });
  });

  it('has what it answers for on disk before it answers', async () => {
    const { at } = await begun();
    expect(await readFile(join(at, 'state'), 'utf8')).toContain(log.root().toString('base64'));
  });

  it('cosigns nothing that it cannot write down, and is as before', async () => {
    const { witness, at } = await begun();
    log.grow(1, BEGINNING);
    await rm(at, { recursive: true });
    await expect(witness.addCheckpoint(log.addCheckpoint(5))).rejects.toThrow('ENOENT');
    expect(witness.sizeOf(log.origin)).toBe(5);
  });

  it('is started by one process at a time', async () => {
    const { at } = await begun();
    await expect(opened(at)).rejects.toMatchObject({ code: 'in-use' });
  });

  it.each([
    ['cut short', (state: string) => state.slice(0, -10)],
    ['emptied', () => ''],
    ['edited', (state: string) => state.replace('"size":5', '"size":3')],
    ['of a later version', (state: string) => state.replace('"v":1', '"v":2')],
  ])('does not start on a state that was %s', async (_, damage) => {
    const { witness, at } = await begun();
    await witness.close();
    await writeFile(join(at, 'state'), damage(await readFile(join(at, 'state'), 'utf8')));
    await expect(opened(at)).rejects.toMatchObject({ code: 'state-damaged' });
  });

  it('does not begin anew where its state has gone', async () => {
    const { witness, at } = await begun();
    await witness.close();
    await rm(join(at, 'state'));
    await expect(opened(at)).rejects.toMatchObject({ code: 'state-missing' });
  });

  it('does not tell a time that it has told before', async () => {
    const { witness, vkey } = await begun();
    log.grow(1, BEGINNING);
    now -= 1;
    const { body } = await witness.addCheckpoint(log.addCheckpoint(5));
    expect(verifyNote(readNote(log.signed() + body), [readVkey(vkey)])[0]!.timestamp).toBe(BEGINNING + 10);
  });

  it('cosigns nothing while its clock is set back, over restarts too', async () => {
    const { witness, at } = await begun();
    log.grow(1, BEGINNING);
    now -= 3600;
    expect(await witness.addCheckpoint(log.addCheckpoint(5))).toMatchObject({ status: 503 });
    await witness.close();
    const again = await opened(at);
    expect(await again.addCheckpoint(log.addCheckpoint(5))).toMatchObject({ status: 503 });
    now += 3600;
    expect(await again.addCheckpoint(log.addCheckpoint(5))).toMatchObject({ status: 200 });
  });

  it('keeps its private key to its owner, and never overwrites it', async () => {
    const { at, vkey } = await made();
    expect((await stat(join(at, 'key.json'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(at, 'vkey'), 'utf8')).toBe(`${vkey}\n`);
    expect(readVkey(vkey)).toMatchObject({ name: 'w.example', type: COSIGNATURE });
    await expect(makeWitness({ folder: at, name: 'w.example' })).rejects.toMatchObject({ code: 'exists' });
  });

  it('does not start with the key of a monitor, nor without a log', async () => {
    const { at } = await made();
    await expect(opened(at, { logVkeys: [] })).rejects.toMatchObject({ code: 'invalid-log' });
    await expect(opened(at, { logVkeys: ['log.example'] })).rejects.toMatchObject({ code: 'invalid-log' });
    await expect(opened(at, { logVkeys: [vkeyText(newKey('x'), COSIGNATURE)] })).rejects.toMatchObject({ code: 'invalid-log' });
    const key = await readFile(join(at, 'key.json'), 'utf8');
    await writeFile(join(at, 'key.json'), key.replace('"witness"', '"monitor"'));
    await expect(opened(at)).rejects.toMatchObject({ code: 'invalid-key-file' });
  });
});

describe('a witness with a policy', () => {
  it('takes a log’s next key when the policy says so, without a restart', async () => {
    const policy = join(folder, 'policy.txt');
    await writeFile(policy, log.policy());
    const { witness } = await begun({ logVkeys: [], policies: [policy] });
    const next = newKey(log.origin);
    const rotated = new FakeLog({ origin: log.origin, key: next });
    rotated.entries.push(...log.entries);
    rotated.grow(3, BEGINNING);
    expect(await witness.addCheckpoint(rotated.addCheckpoint(5))).toMatchObject({ status: 403 });
    const line = `log ${log.vkey}`;
    await writeFile(policy, log.policy().replace(line, `${line} below=6\nlog ${vkeyText(next, ED25519)} from=6`));
    expect(await witness.addCheckpoint(rotated.addCheckpoint(5))).toMatchObject({ status: 200 });
    log.grow(9, BEGINNING);
    expect(await witness.addCheckpoint(log.addCheckpoint(8, 14))).toMatchObject({ status: 403 });
  });

  it('knows its log for all who ask at once, also when it has just been told of it', async () => {
    const policy = join(folder, 'policy.txt');
    const { at } = await made();
    const witness = await opened(at, { logVkeys: [], policies: [policy] });
    await writeFile(policy, log.policy());
    const answers = await Promise.all([1, 2, 3].map(() => witness.addCheckpoint(log.addCheckpoint(0))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it('serves no log while there is none, and goes on with the last good one when it is spoilt', async () => {
    const policy = join(folder, 'policy.txt');
    const faults: string[] = [];
    const { at } = await made();
    const witness = await opened(at, { logVkeys: [], policies: [policy], onFault: (message) => faults.push(message) });
    expect(await witness.addCheckpoint(log.addCheckpoint(0))).toMatchObject({ status: 404 });
    await writeFile(policy, log.policy());
    expect(await witness.addCheckpoint(log.addCheckpoint(0))).toMatchObject({ status: 200 });
    await writeFile(policy, 'nonsense');
    expect(await witness.addCheckpoint(log.addCheckpoint(5))).toMatchObject({ status: 200 });
    expect(faults).toEqual([expect.stringContaining('ENOENT'), expect.stringContaining('is not a policy')]);
  });
});

describe('a quorum of witnesses', () => {
  /** A log whose four witnesses are real, and the policy that pins them. */
  async function quorum(): Promise<{ folders: string[]; vkeys: string[]; open: () => Promise<Witness[]> }> {
    const all = await Promise.all([1, 2, 3, 4].map((n) => made(`w${n}.example`)));
    return {
      folders: all.map(({ at }) => at),
      vkeys: all.map(({ vkey }) => vkey),
      open: () => Promise.all(all.map(({ at }) => opened(at))),
    };
  }

  async function asked(witnesses: readonly Witness[], of: FakeLog, oldSize: number): Promise<string> {
    const answers = await Promise.all(witnesses.map((witness) => witness.addCheckpoint(of.addCheckpoint(oldSize))));
    return of.signed() + answers.map(({ status, body }) => (status === 200 ? body : '')).join('');
  }

  function policyOf(vkeys: readonly string[]) {
    return readPolicy(
      [
        'cytoledger/policy/v1',
        'version 1',
        `origin ${log.origin}`,
        `log ${log.vkey}`,
        ...vkeys.map((vkey) => `witness ${vkey}`),
        'quorum 3',
        '',
      ].join('\n'),
    );
  }

  it('sees one that came back from a snapshot by its size, and lets no second history through', async () => {
    const { folders, vkeys, open } = await quorum();
    const witnesses = await open();
    await asked(witnesses, log, 0);
    await cp(folders[0]!, join(folder, 'snapshot'), { recursive: true });
    const forked = log.fork();
    log.grow(3, BEGINNING);
    forked.grow(4, BEGINNING + 1);
    expect(verifyReleasedCheckpoint(await asked(witnesses, log, 5), policyOf(vkeys)).cosignatures).toHaveLength(4);
    await witnesses[0]!.close();
    const restored = await opened(join(folder, 'snapshot'));
    expect(await restored.addCheckpoint(log.addCheckpoint(8))).toMatchObject({ status: 409, body: '5\n' });

    const others = witnesses.slice(1);
    const split = await asked([restored, ...others], forked, 5);
    expect(() => verifyReleasedCheckpoint(split, policyOf(vkeys))).toThrow(expect.objectContaining({ code: 'quorum-not-met' }));

    log.grow(1, BEGINNING);
    const honest = await asked(others, log, 8);
    expect(verifyReleasedCheckpoint(honest, policyOf(vkeys)).cosignatures).toHaveLength(3);
  });
});

describe('a witness over HTTP', () => {
  async function served() {
    const { at, vkey } = await made();
    const witness = await opened(at);
    return { ...(await serveWitness(witness)), vkey };
  }
  const post = (url: string, body: Uint8Array<ArrayBuffer> | string, path = '/add-checkpoint') =>
    fetch(`${url}${path}`, { method: 'POST', body });

  it('answers as C2SP tlog-witness says', async () => {
    const { url, close, vkey } = await served();
    try {
      const cosigned = await post(url, log.addCheckpoint(0).toString());
      expect(cosigned.status).toBe(200);
      expect(await cosigned.text()).toMatch(/^— w\.example [A-Za-z0-9+/]+=*\n$/);
      const conflict = await post(url, log.addCheckpoint(0).toString());
      expect([conflict.status, conflict.headers.get('content-type'), await conflict.text()]).toEqual([
        409,
        'text/x.tlog.size',
        '5\n',
      ]);
      expect(await (await fetch(url)).text()).toBe(`${vkey}\n`);
      expect((await post(url, 'old 0\n\nnothing')).status).toBe(400);
      expect((await fetch(`${url}/add-checkpoint`)).status).toBe(405);
      expect((await post(url, '', '/elsewhere')).status).toBe(404);
      expect((await post(url, 'x'.repeat(100_000))).status).toBe(413);
    } finally {
      await close();
    }
  });

  it('answers 503 and goes on when it cannot write', async () => {
    const { url, close } = await served();
    try {
      await rm(join(folder, 'w.example'), { recursive: true });
      expect((await post(url, log.addCheckpoint(0).toString())).status).toBe(503);
      expect((await fetch(url)).status).toBe(200);
    } finally {
      await close();
    }
  });
});
