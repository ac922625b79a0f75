import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Policy, readPolicy } from '@cytoledger/attest';
import { WitnessDouble } from '@cytoledger/attestation/specification';
import { type ReceivedEvent, readCloudEvent, writeCloudEvent } from '@cytoledger/messaging';
import { type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContradictedError, proveWhatCame } from './proving.ts';
import { Table, TableError } from './table.ts';

let folder: string;
let witness: WitnessDouble;
let platform: Platform;
let messages: Buffer[];
let policy: Policy;

const fresh = () => new Table(join(folder, `${Math.random()}.db`));
const read = (values: readonly Buffer[]) => values.map((value) => readCloudEvent(value));
const prover = async (over: Partial<Policy> = {}) => ({
  url: platform.url,
  token: await platform.issuer!.token({ org: 'qc-centre', roles: ['oversight'] }),
  policy: { ...policy, ...over },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qc-centre-'));
  witness = await new WitnessDouble('witness.example').listen();
  const beside = join(folder, 'data', 'attestation', 'witnesses', witness.name);
  await mkdir(beside, { recursive: true });
  await writeFile(join(beside, 'vkey'), witness.vkey);
  const env = { DATA_DIR: join(folder, 'data'), PORT: '0', LOG_LEVEL: 'silent', WITNESSES: `${witness.name}=${witness.url}` };
  platform = await startPlatform(readConfig(env, ['--empty']));
  const token = await platform.issuer!.token({ org: 'hospital-a', roles: ['hospital.physician'], person: 'doctor-0001' });
  for (const n of [1, 2, 3]) {
    const time = (Date.now() + n).toString(16).padStart(12, '0');
    const statement = {
      id: `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-00000000000${n}`,
      occurredAt: '2026-11-20T09:00:00+08:00',
      capture: { mode: 'direct', precision: 's' },
      data: { role: 'donor' },
    };
    const answer = await fetch(`${platform.url}/v1/persons/donor-000${n}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(statement),
    });
    expect(answer.status).toBe(201);
  }
  messages = [];
  for await (const page of platform.store.readAll()) {
    messages.push(...page.map((event) => writeCloudEvent(event, platform.origin).value));
  }
  policy = readPolicy(await (await fetch(`${platform.url}/log/policy`)).text());
});
afterAll(async () => {
  await platform.close();
  witness.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the QC centre', () => {
  it('proves everything that came, under its own policy', async () => {
    const table = fresh();
    table.take(read(messages));
    const by = await prover();
    await expect.poll(async () => (await proveWhatCame(table, by)) >= 0 && table.unproven(100).length).toBe(0);
    table.close();
  });

  it('takes what comes twice once, and refuses what leaves a gap or differs from what came before', () => {
    const table = fresh();
    const [first, ...others] = read(messages);
    table.take([first!]);
    table.take([first!, ...others]);
    const place = others.at(-1)!;
    expect(() => table.take([{ ...place, leaf: first!.leaf }])).toThrow(TableError);
    expect(() => table.take([{ ...place, seq: place.seq + 2 } as ReceivedEvent])).toThrow(/came after/);
    expect(table.unproven(100)).toHaveLength(messages.length);
    table.close();
  });

  it('refuses a message in which one character was altered', () => {
    const altered = messages.at(-1)!.toString('utf8').replace('"role":"donor"', '"role":"patient"');
    expect(() => readCloudEvent(Buffer.from(altered))).toThrow(/header and body/);
  });

  it('has no proof for an event that the topics made up', async () => {
    const table = fresh();
    const events = read(messages);
    table.take(events.map((event, n) => (n === events.length - 1 ? { ...event, leaf: 'A'.repeat(43) } : event)));
    const by = await prover();
    await expect(
      (async () => {
        for (;;) await proveWhatCame(table, by);
      })(),
    ).rejects.toThrow(ContradictedError);
    table.close();
  });

  it('accepts no checkpoint below its own quorum', async () => {
    const table = fresh();
    table.take(read(messages));
    await expect.poll(async () => proveWhatCame(table, await prover())).toBeGreaterThan(0);
    const again = fresh();
    again.take(read(messages));
    await expect(proveWhatCame(again, await prover({ quorum: 2 }))).rejects.toMatchObject({ code: 'quorum-not-met' });
    table.close();
    again.close();
  });
});
