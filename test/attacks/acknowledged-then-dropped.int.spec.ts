// By the sender: an event acknowledged, then dropped. The platform here is the real one; its operator stops it before any witness has seen the newest
// events, takes them out of the database, and lets everything else begin as if they had never been.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatVkey, POLICY_HEADER, readPolicy, readReceipt, verifyReceipt } from '@cytoledger/attest';
import { makeSigningKey } from '@cytoledger/attestation';
import { runCli } from '@cytoledger/cli';
import { type Client, createClient, type Outbox, openOutbox, type Sent, type StreamStatement } from '@cytoledger/client';
import { type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SmallWitness } from './small-witness.fixture.ts';

const ORIGIN = 'dropped.example/log';
const PATIENCE = { timeout: 45_000, interval: 50 };

let folder: string;
let policyText: string;
let witness: SmallWitness;
let platform: Platform | undefined;
let outbox: Outbox;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-dropped-'));
  const attestation = join(folder, 'data', 'attestation');
  await mkdir(attestation, { recursive: true });
  const log = await makeSigningKey(join(attestation, 'log.key'), ORIGIN);
  const receipts = await makeSigningKey(join(attestation, 'receipts.key'), `${ORIGIN}/receipts`);
  witness = await SmallWitness.listen('witness.example');
  policyText = [
    POLICY_HEADER,
    'version 1',
    `origin ${ORIGIN}`,
    `log ${formatVkey(log.vkey)}`,
    `receipts ${formatVkey(receipts.vkey)}`,
    `witness ${witness.vkey}`,
    'quorum 1',
    'delta 0',
    '',
  ].join('\n');
  await writeFile(join(folder, 'policy.txt'), policyText);
  outbox = await openOutbox({ dir: join(folder, 'outbox') });
});
afterEach(async () => {
  await platform?.close();
  platform = undefined;
  witness.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<Client> {
  const env = {
    DATA_DIR: join(folder, 'data'),
    PORT: '0',
    LOG_LEVEL: 'silent',
    ORIGIN,
    POLICY: join(folder, 'policy.txt'),
    WITNESSES: `${witness.name}=${witness.url}`,
    INCLUDE_WITHIN: '1',
  };
  const running = await startPlatform(readConfig(env, ['--empty']));
  platform = running;
  const token = () => running.issuer!.token({ org: 'hospital-a', roles: ['hospital.physician'], person: 'staff-0001' });
  return createClient({ url: running.url, token, retry: { attempts: 2 } });
}

const registration = (person: string, role = 'donor'): StreamStatement => ({
  type: 'person.registered.v1',
  stream: `person-${person}`,
  occurredAt: '2026-11-21T10:00:00+08:00',
  capture: { mode: 'direct', precision: 'min' },
  data: { role, name: '王五' } as never,
});

/** The receipts of two events, given while no witness was there. */
async function acknowledged(): Promise<void> {
  witness.isAsleep = true;
  const client = await start();
  for (const person of ['donor-kept', 'donor-gone']) await outbox.enqueue(registration(person));
  expect(await outbox.drain(client)).toMatchObject({ sent: 2, refused: 0 });
  await platform!.close();
}

/** As an operator would who wants an event never to have been. */
async function takenOut(stream: string): Promise<void> {
  const data = join(folder, 'data');
  const log = new DatabaseSync(join(data, 'log.db'));
  log.prepare(`DELETE FROM events WHERE CAST(header AS TEXT) LIKE ?`).run(`%"stream":"${stream}"%`);
  log.close();
  for (const part of [
    'attestation/log',
    'attestation/index',
    'attestation/heads.db',
    'attestation/signed',
    'attestation/published',
  ]) {
    await rm(join(data, part), { recursive: true, force: true });
  }
  await rm(join(data, 'read-models'), { recursive: true, force: true });
}

/** The platform goes on, and its witness is there; the promised time is over. */
async function later(): Promise<Client> {
  await sleep(2_100);
  witness.isAsleep = false;
  const client = await start();
  await vi.waitFor(() => fetch(`${platform!.url}/log/checkpoint`).then(({ ok }) => expect(ok).toBe(true)), PATIENCE);
  return client;
}

async function audit(...args: string[]): Promise<{ exit: number; said: string }> {
  let said = '';
  const out = {
    write: (text: string) => {
      said += text;
      return true;
    },
  };
  const exit = await runCli(
    ['receipts', 'audit', '--policy', join(folder, 'policy.txt'), '--dir', join(folder, 'outbox'), ...args],
    { env: {}, stdin: [] as never, stdout: out, stderr: out, signal: new AbortController().signal } as never,
  );
  return { exit, said };
}

async function asked(): Promise<string[]> {
  const token = await platform!.issuer!.token({ org: 'hospital-a', roles: ['hospital.physician'], person: 'staff-0001' });
  return ['--url', platform!.url, '--token', token];
}

describe('an event that was acknowledged and then dropped', () => {
  it('is missed by its sender, who holds evidence of it', async () => {
    await acknowledged();
    await takenOut('person-donor-gone');
    const client = await later();
    const policy = readPolicy(policyText);

    const proved = await outbox.prove(client, policy);
    expect(proved).toMatchObject({ proven: 1, stopped: null });
    const [missed] = proved.wrong;
    expect(missed).toMatchObject({
      entry: { stream: 'person-donor-gone' },
      finding: { status: 'overdue', by: 'witnesses', because: 'not-found' },
    });
    // Whoever gets the file sees it with the policy alone.
    const kept = JSON.parse(await readFile(missed!.file, 'utf8')) as Sent;
    expect(verifyReceipt(readReceipt(kept.captured.receipt as never), policy).key.name).toBe(`${ORIGIN}/receipts`);

    const { exit, said } = await audit(...(await asked()));
    expect(exit).toBe(1);
    expect(said).toContain('OVERDUE');
    expect(said).toContain(missed!.file);
  });

  it('is shown to be replaced, where another stands in its place', async () => {
    await acknowledged();
    await takenOut('person-donor-gone');
    const client = await later();
    const { stream: _, type, ...instead } = registration('donor-gone', 'patient');
    const { attested } = await client.capture(type, 'donor-gone', instead as never, { waitSeconds: 20 });
    expect(attested).toMatchObject({ index: expect.any(Number) });

    const { wrong } = await outbox.prove(client, readPolicy(policyText));
    expect(wrong).toMatchObject([
      { entry: { stream: 'person-donor-gone' }, finding: { status: 'contradicted', code: 'id-mismatch' } },
    ]);
    const { exit, said } = await audit(...(await asked()));
    expect({ exit, contradicted: said.includes('CONTRADICTED') }).toEqual({ exit: 1, contradicted: true });
  });

  it('is not, where nothing was taken out', async () => {
    await acknowledged();
    const client = await later();

    expect(await outbox.prove(client, readPolicy(policyText))).toEqual({ proven: 2, pending: 0, wrong: [], stopped: null });
    expect(await outbox.status()).toMatchObject({ sent: 0, proven: 2 });
    for await (const { proven } of outbox.proven()) expect(proven.content).toBe('as-sent');
    expect((await audit(...(await asked()))).exit).toBe(0);
    // Also for a sender that reads no records.
    const proofUrl = `${platform!.url}/v1/streams/person-donor-gone/0/proof`;
    const tokenOf = (org: string) => platform!.issuer!.token({ org, roles: ['courier'], person: 'staff-0001' });
    const proofFor = async (org: string) =>
      (await fetch(proofUrl, { headers: { authorization: `Bearer ${await tokenOf(org)}` } })).status;
    expect([await proofFor('hospital-a'), await proofFor('courier-a')]).toEqual([200, 404]);

    await platform!.close();
    platform = undefined;
    const { exit, said } = await audit();
    expect(exit).toBe(0);
    expect(said).toContain('2 included');
  });
});
