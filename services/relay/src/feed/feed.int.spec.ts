import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCommands } from '@cytoledger/commands';
import { type EventStore, openSqliteEventStore } from '@cytoledger/event-store';
import { readCloudEvent } from '@cytoledger/messaging';
import { LogWriter } from '@cytoledger/read-models/specification';
import { type Caller, createApp, createMetrics, Refusal } from '@cytoledger/service-kit';
import { openSqliteVault } from '@cytoledger/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Feed, type FeedOptions, type FeedSight, openFeed } from './feed-service.ts';

type App = Awaited<ReturnType<typeof createApp>>;

let folder: string;
let store: EventStore;
let log: LogWriter;
let app: App | undefined;
let feed: Feed;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'feed-'));
  store = await openSqliteEventStore({ path: join(folder, 'log.db') });
  log = new LogWriter(store);
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  for (const close of closing.splice(0)) await close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const ORIGIN = 'cells.example.org/log';

/** Organisation `a` sees streams `…-a-…`, and so on; of `…-hidden` the headers only. */
const byName: FeedSight = async ({ org }, page) =>
  page.map(({ stream }) => (!stream.includes(`-${org}-`) ? 'nothing' : stream.includes('hidden') ? 'header' : 'whole'));

async function serve(options: Partial<FeedOptions> = {}): Promise<number> {
  const beside = await mkdtemp(join(folder, 'vault-'));
  const vault = await openSqliteVault({ dataPath: join(beside, 'vault.db'), keysPath: join(beside, 'keys.db') });
  closing.push(() => vault.close());
  feed = openFeed({ store, origin: ORIGIN, sight: byName, heartbeatMs: 50, ...options });
  app = await createApp({
    services: [feed.service],
    commands: createCommands({ store, vault, operator: 'operator', nonceKey: randomBytes(32) }),
    authenticate: (authorization) => ({ ...CALLER, org: authorization ?? 'a' }),
    metrics: createMetrics(),
    version: '0.0.0',
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as AddressInfo).port;
}

const CALLER: Caller = { org: 'a', person: null, roles: ['hospital.nurse'], client: null, treatments: [], batches: [] };

async function say(stream: string, count = 1, data: object = {}): Promise<string> {
  let position = '';
  for (let n = 0; n < count; n++) {
    ({ position } = await log.append({ stream, type: `${stream.split('-')[0]}.corrected.v1`, data }));
  }
  return position;
}

function ask(port: number, path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path, headers }, resolve);
    asked.on('error', reject);
    asked.end();
    closing.push(async () => asked.destroy());
  });
}

async function whole(port: number, path: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await ask(port, path, headers);
  return Buffer.concat(await answer.toArray()).toString('utf8');
}

type Line = Record<string, string>;
const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
const subjects = (lines: readonly Line[]) => lines.flatMap(({ subject }) => subject ?? []);

/** Reads lines until `until` holds of all of them. */
async function linesUntil(answer: IncomingMessage, until: (lines: readonly Line[]) => boolean): Promise<Line[]> {
  let text = '';
  answer.setEncoding('utf8');
  for await (const chunk of answer.iterator({ destroyOnReturn: false })) {
    text += chunk as string;
    const lines = linesOf(text.slice(0, text.lastIndexOf('\n') + 1));
    if (until(lines)) return lines;
  }
  throw new Error(`it ended after ${text.slice(-200)}`);
}

describe('GET /v1/feed', () => {
  it('tells what is in the log as the CloudEvents of the topics, and where to resume', async () => {
    await say('batch-a-1', 2);
    const last = await say('treatment-a-2');
    const lines = linesOf(await whole(await serve(), '/v1/feed?follow=false'));
    expect(subjects(lines)).toEqual(['batch-a-1', 'batch-a-1', 'treatment-a-2']);
    expect(lines.at(-1)).toEqual({ position: last });
    const received = lines.slice(0, 3).map((line) => readCloudEvent(Buffer.from(JSON.stringify(line))));
    expect(received.map(({ origin, seq }) => [origin, seq])).toEqual([
      [ORIGIN, 0],
      [ORIGIN, 1],
      [ORIGIN, 0],
    ]);
  });

  it('resumes after a position, without the one that was told last', async () => {
    const first = await say('batch-a-1');
    await say('batch-a-1');
    const port = await serve();
    const lines = linesOf(await whole(port, `/v1/feed?follow=false&after=${first}`));
    expect(lines.map(({ sequence }) => sequence).filter(Boolean)).toEqual(['0000000000000001']);
    const again = linesOf(await whole(port, `/v1/feed?follow=false&after=${lines.at(-1)!['position']}`));
    expect(again).toEqual([lines.at(-1)]);
  });

  it('goes on with what is recorded later', async () => {
    await say('batch-a-1');
    const answer = await ask(await serve(), '/v1/feed');
    await linesUntil(answer, (lines) => subjects(lines).length === 1);
    await say('batch-a-2');
    const later = await linesUntil(answer, (lines) => subjects(lines).length === 1);
    expect(subjects(later)).toEqual(['batch-a-2']);
  });

  it('gives a word with the position while nothing is recorded, also when the log moves on with what is not for this reader', async () => {
    const port = await serve();
    const answer = await ask(port, '/v1/feed');
    await linesUntil(answer, (lines) => lines.length > 1);
    const position = await say('batch-b-1');
    const told = await linesUntil(answer, (lines) => lines.some((line) => line['position'] === position));
    expect(subjects(told)).toEqual([]);
  });

  it('is one stream of server-sent events, whose ids a browser resumes from', async () => {
    const first = await say('batch-a-1');
    const last = await say('batch-a-1');
    const port = await serve();
    const headers = { accept: 'text/event-stream' };
    const text = await whole(port, '/v1/feed?follow=false', headers);
    expect(text.match(/^id: .*$/gm)).toEqual([`id: ${first}`, `id: ${last}`, `id: ${last}`]);
    const resumed = await whole(port, '/v1/feed?follow=false', { ...headers, 'last-event-id': first });
    expect(resumed.match(/^data: /gm)).toHaveLength(1);
  });

  it('never tells one reader of the stream of another', async () => {
    for (const twin of ['a', 'b']) await say(`treatment-${twin}-1`, 3);
    const port = await serve();
    for (const [twin, other] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const text = await whole(port, '/v1/feed?follow=false', { authorization: twin });
      expect(subjects(linesOf(text))).toEqual(Array(3).fill(`treatment-${twin}-1`));
      expect(text).not.toContain(`treatment-${other}`);
    }
  });

  it('withholds a body, its type, its times and its actor where only the header may be seen', async () => {
    await say('batch-a-hidden', 1, { secret: 'patient-000001' });
    const [line] = linesOf(await whole(await serve(), '/v1/feed?follow=false'));
    expect(line).toMatchObject({ type: 'cytoledger.withheld.v1', subject: 'batch-a-hidden' });
    expect(Object.keys(line!)).not.toContain('data');
    expect(JSON.stringify(line)).not.toMatch(/patient-000001|corrected|staff-0001/);
  });

  it('tells of some aggregates only', async () => {
    await say('batch-a-1');
    await say('treatment-a-1');
    await say('person-a-1');
    const lines = linesOf(await whole(await serve(), '/v1/feed?follow=false&aggregate=person,batch'));
    expect(subjects(lines)).toEqual(['batch-a-1', 'person-a-1']);
  });

  it('refuses what it cannot begin with, and says why', async () => {
    await say('batch-a-1');
    const port = await serve();
    const problem = async (query: string) => {
      const { status, code } = JSON.parse(await whole(port, `/v1/feed?${query}`)) as { status: number; code: string };
      return [status, code];
    };
    expect(await problem('after=999')).toEqual([400, 'position-beyond-head']);
    expect(await problem('after=yesterday')).toEqual([400, 'invalid-position']);
    expect(await problem('aggregate=batch,cheese')).toEqual([400, 'no-such-aggregate']);
    expect(await problem('follow=perhaps')).toEqual([400, 'invalid']);
  });

  it('keeps so many open and no more, and counts those that have gone', async () => {
    const port = await serve({ most: 1 });
    const first = await ask(port, '/v1/feed');
    await linesUntil(first, (lines) => lines.length > 0);
    expect((await ask(port, '/v1/feed')).statusCode).toBe(503);
    first.destroy();
    await expect.poll(() => feed.open()).toBe(0);
    expect((await ask(port, '/v1/feed')).statusCode).toBe(200);
  });

  it('waits for what cannot be told yet, and then tells it', async () => {
    let known = false;
    const sight: FeedSight = async (caller, page, signal) => {
      if (known || page.length === 0) return byName(caller, page, signal);
      throw new Refusal({ status: 503, code: 'not-yet', title: { en: 'Not projected yet', zh: '尚未跟上' } });
    };
    await say('batch-a-1');
    const answer = await ask(await serve({ sight }), '/v1/feed');
    known = true;
    const lines = await linesUntil(answer, (told) => subjects(told).length === 1);
    expect(subjects(lines)).toEqual(['batch-a-1']);
  });

  it('reads no more of the log than a reader who has stopped reading can hold', async () => {
    const filler = { note: 'x'.repeat(30_000) };
    await say('batch-a-1', 400, filler);
    let pages = 0;
    const sight: FeedSight = (caller, page, signal) => {
      if (page.length > 0) pages++;
      return byName(caller, page, signal);
    };
    const port = await serve({ sight });
    const stuck = await ask(port, '/v1/feed?follow=false');
    await new Promise((resolve) => stuck.once('readable', resolve));
    stuck.pause();
    // Another reads everything meanwhile: the one that is stuck has had its time.
    expect(subjects(linesOf(await whole(port, '/v1/feed?follow=false')))).toHaveLength(400);
    const byTheOther = Math.ceil((400 * 30_000) / (1024 * 1024));
    expect(pages).toBeLessThan(2 * byTheOther);
    expect(subjects(linesOf(Buffer.concat(await stuck.toArray()).toString('utf8')))).toHaveLength(400);
  });

  it('ends when the process stops, and after its time', async () => {
    const port = await serve();
    const answer = await ask(port, '/v1/feed');
    await linesUntil(answer, (lines) => lines.length > 0);
    const ended = answer.resume().toArray();
    await app!.close();
    await ended;
    app = undefined;
    const brief = await serve({ longestMs: 120 });
    expect(await whole(brief, '/v1/feed')).toContain('position');
  });
});
