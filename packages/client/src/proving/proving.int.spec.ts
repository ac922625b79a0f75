import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { derivedEventId, generateKey, type JsonObject } from '@cytoledger/attest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamStatement } from '../captured.ts';
import { type Client, createClient } from '../client.ts';
import { type Outbox, openOutbox } from '../outbox/outbox.ts';
import type { Checked } from '../outbox/proof-desk.ts';
import { SmallPlatform } from './small-platform.fixture.ts';

const HOUR = 3_600_000;

let dir: string;
let platform: SmallPlatform;
let client: Client;
let outbox: Outbox;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cytoledger-outbox-'));
  platform = new SmallPlatform();
  client = createClient({ url: await platform.listen(), token: 'x', retry: { attempts: 1 } });
  outbox = await openOutbox({ dir });
});
afterEach(async () => {
  platform.close();
  await rm(dir, { recursive: true, force: true });
});

const event = (n: number, data: object = {}): StreamStatement =>
  ({
    type: 'person.registered.v1',
    stream: `person-donor-${n}`,
    occurredAt: '2026-11-21T10:00:00+08:00',
    capture: { mode: 'direct', precision: 'min' },
    data: { role: 'donor', identifiers: ['a', 'b'], ...data },
  }) as never;

async function sent(...events: StreamStatement[]): Promise<void> {
  for (const each of events) await outbox.enqueue(each);
  expect(await outbox.drain(client)).toMatchObject({ sent: events.length });
}

const prove = () => outbox.prove(client, platform.policy);

async function audited(asked: Client | null = client): Promise<Checked['finding'][]> {
  const findings: Checked['finding'][] = [];
  for await (const { finding } of outbox.audit(platform.policy, asked ?? undefined)) findings.push(finding);
  return findings;
}

describe('what was sent', () => {
  it('is kept with its receipt until it is proven, and then with its proof', async () => {
    await sent(event(1), event(2), event(3));
    expect(await outbox.status()).toMatchObject({ sent: 3, proven: 0 });

    expect(await prove()).toEqual({ proven: 3, pending: 0, wrong: [], stopped: null });

    expect(await outbox.status()).toMatchObject({ sent: 0, proven: 3 });
    for await (const { captured, proven } of outbox.proven()) {
      expect(captured.receipt.signed!.origin).toBe('cells.example/log');
      expect(proven).toMatchObject({ status: 'included', content: 'as-sent', size: 3 });
    }
  });

  it('is pending until a quorum of witnesses has seen it', async () => {
    await sent(event(1));
    platform.conduct.unreleased = true;
    expect(await prove()).toEqual({ proven: 0, pending: 1, wrong: [], stopped: null });

    platform.conduct.unreleased = false;
    expect(await prove()).toMatchObject({ proven: 1, pending: 0 });
  });

  it('is not held against the platform while it is away', async () => {
    await sent(event(1));
    platform.close();
    expect(await prove()).toMatchObject({ proven: 0, pending: 0, wrong: [], stopped: { code: 'unreachable' } });
    expect(await outbox.status()).toMatchObject({ sent: 1 });
  });

  it('is overdue once witnesses have cosigned after the promised time, whatever the own clock says', async () => {
    await sent(event(1));
    platform.conduct.denies = true;
    expect((await prove()).wrong).toEqual([]);

    platform.conduct.cosignedAt = () => Date.now() + HOUR;
    const { wrong } = await prove();
    expect(wrong).toMatchObject([{ finding: { status: 'overdue', by: 'witnesses', because: 'not-found' } }]);
    expect(await readFile(wrong[0]!.file, 'utf8')).toContain('cytoledger/receipts/v1');
    expect(await outbox.status()).toMatchObject({ sent: 1, proven: 0 });
  });

  it('is overdue by the own clock where no witness has cosigned since, and only beyond the tolerance of the policy', async () => {
    platform.conduct.unreleased = true;
    platform.conduct.cosignedAt = () => Date.now() - HOUR;
    platform.now = () => Date.now() - 5 * 60_000;
    await sent(event(1));
    expect((await prove()).wrong).toEqual([]);

    platform.now = () => Date.now() - 7 * 60_000;
    await sent(event(2));
    expect((await prove()).wrong).toMatchObject([{ entry: { stream: 'person-donor-2' }, finding: { by: 'own-clock' } }]);
  });

  it('is proven where the platform shows the event to others only: its leaf is the one of the receipt', async () => {
    await sent(event(1));
    platform.conduct.withholds = true;
    expect(await prove()).toMatchObject({ proven: 1 });
    for await (const { proven } of outbox.proven()) expect(proven.content).toBe('withheld');
  });
});

describe('an event that says something else than was sent', () => {
  const changed: [string, (content: JsonObject) => JsonObject][] = [
    ['another value', (content) => ({ ...content, data: { ...(content['data'] as object), role: 'patient' } })],
    ['a value more', (content) => ({ ...content, data: { ...(content['data'] as object), sex: 'female' } })],
    ['a value less', ({ data, ...content }) => ({ ...content, data: without(data as JsonObject, 'role') })],
    ['another order', (content) => ({ ...content, data: { ...(content['data'] as object), identifiers: ['b', 'a'] } })],
    ['another time', (content) => ({ ...content, occurredAt: '2026-11-20T10:00:00+08:00' })],
    ['another way in', (content) => ({ ...content, capture: { mode: 'paper', precision: 'day' } })],
    ['a digest for what is not personal', ({ data, ...content }) => ({ ...content, data: hidden(data as JsonObject, 'role') })],
    ['a digest that hides nothing', (content) => ({ ...content, data: { ...(content['data'] as object), _sd: ['x'] } })],
  ];

  it.each(changed)('contradicts its receipt: %s', async (_, rewrite) => {
    platform.conduct.rewrite = rewrite;
    await sent(event(1));
    expect((await prove()).wrong).toMatchObject([{ finding: { status: 'contradicted', code: 'content-mismatch' } }]);
  });

  it('does so where a signed content was changed', async () => {
    outbox = await openOutbox({ dir, signWith: { key: generateKey().privateJwk } });
    platform.conduct.rewrite = (content) => ({ ...content, data: { role: 'patient' } });
    await sent(event(1));
    expect((await prove()).wrong).toMatchObject([{ finding: { status: 'contradicted', code: 'content-mismatch' } }]);
  });

  it('does not where it is as it was sent, signed or with personal values out of sight', async () => {
    platform.conduct.rewrite = ({ data, ...content }) => {
      const said = data as JsonObject;
      return { ...content, data: said['name'] === undefined ? said : hidden(said, 'name') };
    };
    await sent(event(1, { name: '王五' }));
    outbox = await openOutbox({ dir, signWith: { key: generateKey().privateJwk } });
    await sent(event(2, { name: '王五' }));
    expect(await prove()).toMatchObject({ proven: 2, wrong: [] });
  });
});

describe('an audit of receipts', () => {
  it('needs nobody for what is proven, and says of the rest that its signature holds', async () => {
    await sent(event(1));
    await prove();
    await sent(event(2));
    platform.close();

    expect(await audited(null)).toMatchObject([{ status: 'included' }, { status: 'not-asked' }]);
  });

  it('asks for the rest and moves nothing', async () => {
    await sent(event(1));
    expect(await audited()).toMatchObject([{ status: 'included' }]);
    expect(await outbox.status()).toMatchObject({ sent: 1, proven: 0 });
  });

  it.each([
    ['leaf', { leaf: 'A'.repeat(43) }, 'root-mismatch'],
    ['event', { id: '0192f5c4-0000-7000-8000-000000000001' }, 'id-mismatch'],
    ['form', { seq: -1 }, 'invalid-member'],
  ])('finds a receipt of another %s', async (_, over, code) => {
    await sent(event(1));
    await changeKept('sent', (kept) => Object.assign(kept.captured.receipt, over));
    expect(await audited(null)).toMatchObject([{ status: 'invalid', code }]);
    expect((await prove()).wrong).toMatchObject([{ finding: { status: 'invalid', code } }]);
  });

  it.each(['prepared', 'unreconciled'] as const)(
    'finds a receipt for what is another event, though it is said to be %s and its body is not shown',
    async (outcome) => {
      platform.conduct.outcome = outcome;
      platform.conduct.withholds = true;
      platform.conduct.rewrite = (content) => ({ ...content, stream: `another-${String(content['id'])}` });
      await sent(event(1));
      expect(await audited(null)).toMatchObject([{ status: 'invalid', code: 'stream-mismatch' }]);
      expect((await prove()).wrong).toMatchObject([{ finding: { status: 'invalid', code: 'stream-mismatch' } }]);
    },
  );

  it('finds a receipt for another event of the stream, whatever it is said to be', async () => {
    platform.conduct.outcome = 'kept' as never;
    platform.conduct.withholds = true;
    platform.conduct.rewrite = (content) => ({ ...content, id: '0192f5c4-0000-7000-8000-000000000001' });
    await sent(event(1));
    expect(await audited(null)).toMatchObject([{ status: 'invalid', code: 'id-mismatch' }]);
  });

  it.each(['prepared', 'unreconciled'] as const)('takes the receipt of what is %s where its own event lies', async (outcome) => {
    platform.conduct.outcome = outcome;
    platform.conduct.rewrite = ({ nonce, ...said }) => {
      const { id, type, stream } = said as { id: string; type: string; stream: string };
      const report = derivedEventId({ triggerId: id, purpose: 'unreconciled', stream, n: 0 });
      const kept = { ...said, nonce: nonce!, type, data: { content: JSON.stringify({ nonce, ...said }) } };
      return { ...kept, stream: outcome === 'prepared' ? `release-${id}` : `fact-${report}` };
    };
    await sent(event(1));
    expect(await prove()).toMatchObject({ proven: 1, wrong: [] });
  });

  it('tells the place in the log that the proof tells, not what is written beside it', async () => {
    await sent(event(1), event(2));
    await prove();
    await changeKept('proven', (kept) => Object.assign(kept.proven, { index: 7, size: 8 }));
    expect(await audited(null)).toMatchObject([{ status: 'included', index: 0, size: 2 }, { status: 'included' }]);
  });

  it('finds a proof that was exchanged', async () => {
    await sent(event(1), event(2));
    await prove();
    await changeKept('proven', (kept) => Object.assign(kept.proven.proof.inclusion, { index: 1 }));
    expect(await audited(null)).toMatchObject([{ status: 'invalid', code: 'root-mismatch' }, { status: 'included' }]);
  });
});

it('proves while it runs, when it has a policy', async () => {
  const stop = new AbortController();
  await outbox.enqueue(event(1));
  const proved: number[] = [];
  await outbox.run(client, {
    signal: stop.signal,
    everyMs: 10,
    policy: platform.policy,
    onProved: ({ proven }) => {
      proved.push(proven);
      stop.abort();
    },
  });
  expect(proved).toEqual([1]);
});

it('keeps one of each after a process was ended between two folders', async () => {
  await sent(event(1));
  const [name] = await readdir(join(dir, 'sent'));
  await copyFile(join(dir, 'sent', name!), join(dir, 'kept'));
  await prove();
  await copyFile(join(dir, 'kept'), join(dir, 'sent', name!));

  expect(await prove()).toMatchObject({ proven: 0, pending: 0 });
  expect(await outbox.status()).toMatchObject({ sent: 0, proven: 1 });
});

// biome-ignore lint/suspicious/noExplicitAny: what lies in the folder is changed as somebody with an editor would
async function changeKept(shelf: 'sent' | 'proven', change: (kept: any) => void): Promise<void> {
  const [name] = (await readdir(join(dir, shelf))).sort();
  const path = join(dir, shelf, name!);
  const kept = JSON.parse(await readFile(path, 'utf8'));
  change(kept);
  await writeFile(path, JSON.stringify(kept));
}

function without(data: JsonObject, name: string): JsonObject {
  const { [name]: _, ...rest } = data;
  return rest;
}

function hidden(data: JsonObject, name: string): JsonObject {
  return { ...without(data, name), _sd: ['A'.repeat(43)] };
}
