import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANY, binaryEvent, EventStoreDBClient, NO_STREAM, STREAM_EXISTS, WrongExpectedVersionError } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KurrentDouble, startKurrentDouble } from './index.ts';

type Expected = bigint | typeof ANY | typeof NO_STREAM | typeof STREAM_EXISTS;

let server: KurrentDouble;
let client: EventStoreDBClient;

beforeEach(async () => {
  server = await startKurrentDouble();
  client = EventStoreDBClient.connectionString(server.url) as EventStoreDBClient;
});
afterEach(async () => {
  await client.dispose();
  await server.stop();
});

const event = (id = crypto.randomUUID()) => binaryEvent({ id, type: 'made', data: Buffer.from('x') });

// Credentials for one call make the client use the append that carries one request; without, the one that carries many.
describe.each([
  ['append', { credentials: { username: 'admin', password: 'changeit' } }],
  ['batch append', {}],
])('by %s', (_, path) => {
  const append = (stream: string, expectedRevision: Expected, events: ReturnType<typeof event>[]) =>
    client.appendToStream(stream, events, { expectedRevision, ...path });
  const stored = (stream: string) => server.log.visible(stream)?.map((record) => record.id);

  it('the same ids at the revisions asked for are a success, and nothing is stored', async () => {
    const [a, b, c] = [event(), event(), event()];
    const first = await append('s', NO_STREAM, [a, b]);
    await append('s', 1n, [c]);
    expect(await append('s', NO_STREAM, [a, b])).toEqual(first);
    expect(await append('s', 0n, [b, c])).toMatchObject({ success: true, nextExpectedRevision: 2n });
    expect(stored('s')).toEqual([a.id, b.id, c.id]);
  });

  it('an append at the very head is stored whatever its ids are', async () => {
    const a = event();
    await append('s', NO_STREAM, [a]);
    await append('s', 0n, [a]);
    expect(stored('s')).toEqual([a.id, a.id]);
  });

  it('other ids, or the same in part, conflict and tell the head', async () => {
    const [a, b] = [event(), event()];
    await append('s', NO_STREAM, [a, b]);
    for (const events of [[event()], [a, event()], [b]]) {
      await expect(append('s', NO_STREAM, events)).rejects.toMatchObject({ actualVersion: 1n });
    }
    await expect(append('s', 7n, [a])).rejects.toBeInstanceOf(WrongExpectedVersionError);
    await expect(append('t', 0n, [a])).rejects.toMatchObject({ actualVersion: 'no_stream' });
    await expect(append('t', STREAM_EXISTS, [a])).rejects.toMatchObject({ actualVersion: 'no_stream' });
  });

  it('under any revision only ids stored lately are recognised', async () => {
    const a = event();
    await append('s', ANY, [a]);
    await append('s', ANY, [a]);
    expect(stored('s')).toHaveLength(1);
    await append(
      'other',
      ANY,
      Array.from({ length: 100 }, () => event()),
    );
    await append('s', ANY, [a]);
    expect(stored('s')).toHaveLength(2);
  });
});

it('shows its own events and streams in $all, before any other', async () => {
  await client.appendToStream('s', event());
  const streams: string[] = [];
  for await (const { event: recorded } of client.readAll()) streams.push(recorded!.streamId);
  expect(streams).toContain('$user-admin');
  expect(streams.at(-1)).toBe('s');
});

it('hides what metadata hides from readers of the stream, and gives it back when that is withdrawn', async () => {
  await client.appendToStream('s', [event(), event(), event()]);
  await client.setStreamMetadata('s', { truncateBefore: 2 });
  expect(server.log.visible('s')?.map((record) => record.revision)).toEqual([2n]);
  await client.setStreamMetadata('s', {});
  expect(server.log.visible('s')).toHaveLength(3);
});

it('tells how far a filtered subscription has looked, although nothing passes the filter', async () => {
  await client.appendToStream(
    's',
    Array.from({ length: 40 }, () => event()),
  );
  const reached = Promise.withResolvers<bigint>();
  const subscription = client.subscribeToAll({
    filter: {
      filterOn: 'streamName',
      prefixes: ['none-'],
      checkpointInterval: 1,
      checkpointReached: async (_, position) => reached.resolve(position.commit),
    },
  });
  subscription.on('data', () => {});
  expect(await reached.promise).toBe(server.log.records[31]!.position);
  await subscription.unsubscribe();
});

it('is found by gossip, as a cluster of one', async () => {
  const found = EventStoreDBClient.connectionString(server.url.replace('esdb://', 'esdb+discover://')) as EventStoreDBClient;
  expect(await found.appendToStream('s', event())).toMatchObject({ success: true });
  await found.dispose();
});

it('goes on from its file when it is started again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kurrent-double-'));
  const file = join(folder, 'log.jsonl');
  const first = await startKurrentDouble({ file });
  const writer = EventStoreDBClient.connectionString(first.url) as EventStoreDBClient;
  await writer.appendToStream('s', [event(), event()]);
  await writer.dispose();
  await first.stop();
  const second = await startKurrentDouble({ file });
  expect(second.log.records).toEqual(first.log.records.map((record) => expect.objectContaining({ id: record.id })));
  expect(second.log.records.map((record) => record.position)).toEqual(first.log.records.map((record) => record.position));
  await second.stop();
  await rm(folder, { recursive: true });
});
