import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answeringServer, hangUp, json, outcomes } from '../answering-server.fixture.ts';
import type { StreamStatement } from '../captured.ts';
import { createClient } from '../client.ts';
import { newEventId } from '../event-id.ts';
import { lineOf } from './entry.ts';
import { openOutbox } from './outbox.ts';
import { lockSender } from './sender-lock.ts';

let dir: string;
let closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cytoledger-outbox-'));
});

afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
  await rm(dir, { recursive: true, force: true });
});

async function platform(...answers: Parameters<typeof answeringServer>) {
  const server = await answeringServer(...answers);
  closing.push(server.close);
  const client = createClient({ url: server.url, token: 'x', retry: { attempts: 1 } });
  const sent = () => server.received.flatMap(({ body }) => body.trimEnd().split('\n')).map((line) => JSON.parse(line));
  return { client, sent };
}

const event = (stream = 'person-donor-1', over: object = {}): StreamStatement =>
  ({
    type: 'person.registered.v1',
    stream,
    occurredAt: '2026-11-21T10:00:00+08:00',
    capture: { mode: 'direct', precision: 'min' },
    data: { role: 'donor' },
    ...over,
  }) as never;

/** Refuses what says so in its data; `data.refuse` is the status. */
const deciding: Parameters<typeof answeringServer>[0] = (response, received) => {
  const lines = received.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  outcomes((line) => lines[line - 1].data.refuse ?? 201)(response, received);
};

describe('while the link is down', () => {
  it('keeps what was enqueued, and sends it in order once the link is there', async () => {
    const outbox = await openOutbox({ dir });
    const { client, sent } = await platform(hangUp, outcomes());
    const ids = [await outbox.enqueue(event()), await outbox.enqueue(event()), await outbox.enqueue(event())];

    const down = await outbox.drain(client);
    expect(down).toMatchObject({ sent: 0, stopped: { code: 'unreachable' } });
    expect(await outbox.status()).toMatchObject({ waiting: 3, sent: 0 });

    expect(await outbox.drain(client)).toEqual({ sent: 3, refused: 0, stopped: null });
    expect(sent().map(({ id }) => id)).toEqual([ids[0], ...ids]);
    expect(await outbox.status()).toMatchObject({ waiting: 0, oldest: null, sent: 3 });
  });

  it('sends the same bytes at every attempt, with the time of the first', async () => {
    const outbox = await openOutbox({ dir });
    const { client, sent } = await platform(hangUp, outcomes());
    await outbox.enqueue(event());
    await outbox.drain(client);
    await outbox.drain(client);

    const [first, second] = sent();
    expect(second).toEqual(first);
    expect(first.capture).toEqual({ mode: 'outbox', precision: 'min', sentAt: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  it('holds nothing against an event when the token is not valid', async () => {
    const outbox = await openOutbox({ dir });
    const { client } = await platform(json(401, { title: 'No', code: 'unauthenticated' }));
    await outbox.enqueue(event());

    expect(await outbox.drain(client)).toMatchObject({ stopped: { code: 'unauthenticated' } });
    expect(await outbox.status()).toMatchObject({ waiting: 1, needsDecision: 0 });
  });

  it('waits when the platform cannot take an event now', async () => {
    const outbox = await openOutbox({ dir });
    const { client } = await platform(outcomes(() => 503));
    await outbox.enqueue(event());

    expect(await outbox.drain(client)).toMatchObject({ stopped: { code: 'overloaded' } });
    expect(await outbox.status()).toMatchObject({ waiting: 1 });
  });

  it('leaves a transcription a transcription', async () => {
    const outbox = await openOutbox({ dir });
    const { client, sent } = await platform(outcomes());
    await outbox.enqueue(event('person-donor-1', { capture: { mode: 'paper', precision: 'day' } }));
    await outbox.drain(client);

    expect(sent()[0].capture.mode).toBe('paper');
  });

  it('keeps the receipts', async () => {
    const outbox = await openOutbox({ dir });
    const { client } = await platform(outcomes());
    const id = await outbox.enqueue(event());
    await outbox.drain(client);

    for await (const { entry, captured } of outbox.sent()) {
      expect(captured.receipt.id).toBe(id);
      expect(entry.id).toBe(id);
    }
    expect(await outbox.status()).toMatchObject({ sent: 1 });
  });
});

describe('what the platform refuses', () => {
  it('waits for a decision and holds back the later events of its stream only', async () => {
    const outbox = await openOutbox({ dir });
    const { client, sent } = await platform(deciding);
    const refused = await outbox.enqueue(event('person-a', { data: { refuse: 400 } }));
    const after = await outbox.enqueue(event('person-a'));
    const other = await outbox.enqueue(event('person-b'));

    expect(await outbox.drain(client)).toEqual({ sent: 1, refused: 1, stopped: null });
    expect(
      sent()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([refused, other].sort());
    expect(await outbox.status()).toMatchObject({ waiting: 1, needsDecision: 1, blocked: ['person-a'] });
    expect(await outbox.needsDecision()).toMatchObject([{ entry: { id: refused }, problem: { status: 400 } }]);
    expect(await outbox.drain(client)).toEqual({ sent: 0, refused: 0, stopped: null });
    expect(sent().some(({ id }) => id === after)).toBe(false);
  });

  it('holds back nothing when it was an authorisation', async () => {
    const outbox = await openOutbox({ dir });
    const { client } = await platform(deciding);
    await outbox.enqueue(event('batch-a', { type: 'batch.released.v1', data: { refuse: 422 } }));
    await outbox.enqueue(event('batch-a', { type: 'batch.unit-stored.v2' }));

    expect(await outbox.drain(client)).toEqual({ sent: 1, refused: 1, stopped: null });
    expect(await outbox.status()).toMatchObject({ waiting: 0, needsDecision: 1, blocked: [] });
  });

  it('goes out in its old place when what stands in its place is given', async () => {
    const outbox = await openOutbox({ dir });
    const { client, sent } = await platform(deciding);
    const refused = await outbox.enqueue(event('person-a', { data: { refuse: 400 } }));
    const after = await outbox.enqueue(event('person-a'));
    await outbox.drain(client);

    const mended = newEventId();
    await outbox.resolve(refused, { resend: event('person-a', { id: mended }) });
    await outbox.drain(client);

    expect(sent().map(({ id }) => id)).toEqual([refused, mended, after]);
  });

  it('is not replaced by what is larger than the platform takes: that would hold back the events of all streams', async () => {
    const outbox = await openOutbox({ dir });
    const { client } = await platform(deciding);
    const refused = await outbox.enqueue(event('person-a', { data: { refuse: 400 } }));
    await outbox.drain(client);

    const larger = { resend: event('person-a', { data: { note: 'x'.repeat(300_000) } }) };
    await expect(outbox.resolve(refused, larger)).rejects.toMatchObject({ code: 'too-large' });

    await outbox.enqueue(event('person-b'));
    expect(await outbox.drain(client)).toEqual({ sent: 1, refused: 0, stopped: null });
    expect(await outbox.status()).toMatchObject({ waiting: 0, needsDecision: 1 });
  });

  it('is kept when it is dropped, with the reason', async () => {
    const outbox = await openOutbox({ dir });
    const { client } = await platform(deciding);
    const refused = await outbox.enqueue(event('person-a', { data: { refuse: 400 } }));
    await outbox.enqueue(event('person-a'));
    await outbox.drain(client);

    await outbox.resolve(refused, { drop: 'entered for the wrong donor' });

    expect(await outbox.drain(client)).toMatchObject({ sent: 1 });
    const [dropped] = await readdir(join(dir, 'dropped'));
    expect(JSON.parse(await readFile(join(dir, 'dropped', dropped!), 'utf8'))).toMatchObject({
      entry: { id: refused },
      dropped: { because: 'entered for the wrong donor' },
    });
  });

  it('is not resolved when nothing of that id waits', async () => {
    const outbox = await openOutbox({ dir });
    await expect(outbox.resolve(newEventId(), 'resend')).rejects.toMatchObject({ code: 'not-waiting-for-decision' });
  });
});

describe('a process that is killed', () => {
  it('loses nothing that was said to be safe', async () => {
    const fixture = fileURLToPath(new URL('./enqueueing-process.fixture.ts', import.meta.url));
    const child = spawn(process.execPath, [fixture, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.split('\n').length > 40) child.kill('SIGKILL');
    });
    await once(child, 'close');

    const outbox = await openOutbox({ dir });
    const { client, sent } = await platform(outcomes());
    await outbox.drain(client);

    const safe = said.split('\n').slice(0, -1);
    const arrived = sent().map(({ id }) => id);
    expect(safe.length).toBeGreaterThanOrEqual(40);
    expect(safe.filter((id) => !arrived.includes(id))).toEqual([]);
    const ofOne = sent().filter(({ stream }) => stream === 'person-donor-0');
    expect(ofOne.map(({ id }) => id)).toEqual(ofOne.map(({ id }) => id).sort());
  });

  it('between receipt and tidying up sends nothing twice', async () => {
    const outbox = await openOutbox({ dir });
    const { client, sent } = await platform(outcomes());
    await outbox.enqueue(event());
    const [name] = await readdir(join(dir, 'waiting'));
    const waiting = await readFile(join(dir, 'waiting', name!), 'utf8');
    await outbox.drain(client);
    await writeFile(join(dir, 'waiting', name!), waiting);

    await outbox.drain(client);

    expect(sent()).toHaveLength(1);
    expect(await outbox.status()).toMatchObject({ waiting: 0, sent: 1 });
  });
});

it('has one sender at a time', async () => {
  const outbox = await openOutbox({ dir });
  const { client } = await platform(outcomes());
  const unlock = await lockSender(dir);

  await expect(outbox.drain(client)).rejects.toMatchObject({ code: 'locked' });
  await unlock();
  expect(await outbox.drain(client)).toMatchObject({ stopped: null });
});

it('keeps its order when the clock is set back', async () => {
  const outbox = await openOutbox({ dir });
  const { client, sent } = await platform(outcomes());
  const now = Date.now;
  const first = await outbox.enqueue(event());
  Date.now = () => now() - 3_600_000;
  closing.push(async () => {
    Date.now = now;
  });
  const again = await openOutbox({ dir });
  const second = await again.enqueue(event());

  await again.drain(client);

  expect(sent().map(({ id }) => id)).toEqual([first, second]);
});

it('sends by itself what is enqueued while it runs', async () => {
  const outbox = await openOutbox({ dir });
  const { client } = await platform(outcomes());
  const stop = new AbortController();
  const arrived = Promise.withResolvers<void>();
  const running = outbox.run(client, {
    signal: stop.signal,
    onDrained: ({ sent }) => {
      if (sent > 0) arrived.resolve();
    },
  });
  await outbox.enqueue(event());
  await arrived.promise;
  stop.abort();
  await running;

  expect(await outbox.status()).toMatchObject({ waiting: 0, sent: 1 });
});

it('refuses what is larger than the platform takes', async () => {
  const outbox = await openOutbox({ dir });
  await expect(outbox.enqueue(event('person-a', { data: { note: 'x'.repeat(300_000) } }))).rejects.toMatchObject({
    code: 'too-large',
  });
});

it('sends what was signed as it was signed', () => {
  const body = { content: '{"id":"1"}', disclosures: [], signatures: [] };
  expect(JSON.parse(lineOf({ id: '1', type: 't', stream: 's', enqueuedAt: '', body, firstTriedAt: 'x' }))).toEqual(body);
});
