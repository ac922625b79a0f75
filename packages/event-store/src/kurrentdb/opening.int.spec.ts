import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KurrentDouble, startKurrentDouble } from '../../../../test/doubles/kurrentdb/index.ts';
import { newEvent, newEvents, newStream } from '../contract/index.ts';
import type { ReadStreamOptions } from '../port.ts';
import { openKurrentEventStore } from './index.ts';

let server: KurrentDouble;
let operator: EventStoreDBClient;
let stream: string;

beforeEach(async () => {
  server = await startKurrentDouble();
  operator = EventStoreDBClient.connectionString(server.url) as EventStoreDBClient;
  stream = newStream();
  const store = await openKurrentEventStore(server.url);
  await store.append(stream, 'none', newEvents(3));
  await store.close();
});
afterEach(async () => {
  await operator.dispose();
  await server.stop();
});

const opens = async () => (await openKurrentEventStore(server.url)).close();

describe('a store on KurrentDB', () => {
  it.each([
    [{ maxAge: 60 }, '$maxAge'],
    [{ maxCount: 10 }, '$maxCount'],
    [{ truncateBefore: 2 }, '$tb'],
  ] as const)('is not opened where a stream has %j', async (metadata, name) => {
    await operator.setStreamMetadata(stream, metadata);
    await expect(opens()).rejects.toMatchObject({
      code: 'unsafe-configuration',
      message: expect.stringContaining(`${stream} has ${name}`),
      details: { stream },
    });
  });

  it('is not opened where a stream was deleted, softly or for good', async () => {
    await operator.deleteStream(stream);
    await expect(opens()).rejects.toMatchObject({ code: 'unsafe-configuration', details: { stream } });
    await operator.tombstoneStream(stream);
    await expect(opens()).rejects.toMatchObject({ code: 'unsafe-configuration', details: { stream } });
  });

  it('is opened where the metadata says other things, or was taken back', async () => {
    await operator.setStreamMetadata(stream, { acl: { readRoles: ['auditor'] } });
    await opens();
    await operator.setStreamMetadata(stream, { maxCount: 10 });
    await operator.setStreamMetadata(stream, {});
    await opens();
  });

  it('is opened beside the retention that the server keeps for its own streams', async () => {
    await operator.setStreamMetadata('$stats-127.0.0.1:2113', { maxAge: 60 });
    await opens();
  });

  it('refuses further appends when such metadata is set while it runs', async () => {
    const store = await openKurrentEventStore(server.url);
    await store.append(stream, 2, [newEvent()]);
    await operator.setStreamMetadata(stream, { maxCount: 10 });
    let revision = 3;
    const append = async () => {
      try {
        await store.append(newStream(), 'none', [newEvent()]);
        return revision++;
      } catch (error) {
        return error;
      }
    };
    await expect.poll(append).toMatchObject({ code: 'unsafe-configuration', details: { stream } });
    await store.close();
  });

  it.each(['forwards', 'backwards'] as const)(
    'fails to read a stream of which the server hides a part (%s)',
    async (direction) => {
      const store = await openKurrentEventStore(server.url);
      await operator.setStreamMetadata(stream, { truncateBefore: 2 });
      const read = async (options: ReadStreamOptions) => {
        const revisions: number[] = [];
        for await (const page of store.readStream(stream, options)) revisions.push(...page.map((event) => event.revision));
        return revisions;
      };
      await expect(read({ direction })).rejects.toMatchObject({ code: 'corrupt', details: { stream } });
      expect(await read({ direction, from: 2, limit: 1 })).toEqual([2]);
      await store.close();
    },
  );

  it('is not opened on a server that holds events of another application', async () => {
    const other = await startKurrentDouble();
    const client = EventStoreDBClient.connectionString(other.url) as EventStoreDBClient;
    await client.appendToStream('orders-1', jsonEvent({ type: 'order-placed', data: { total: 3 } }));
    await expect(openKurrentEventStore(other.url)).rejects.toMatchObject({
      code: 'unsafe-configuration',
      message: expect.stringContaining('orders-1'),
    });
    await client.dispose();
    await other.stop();
  });

  it.each([['sqlite:./log.db'], [''], ['esdb://']])('says that %j is not a connection string', async (url) => {
    await expect(openKurrentEventStore(url)).rejects.toMatchObject({ code: 'unsafe-configuration' });
  });

  it('does not repeat a password when it cannot read the connection string', async () => {
    const error = await openKurrentEventStore('esdb://admin:s3?cret@host:2113?tls=maybe').catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: 'unsafe-configuration' });
    expect((error as Error).message).not.toMatch(/s3|cret/);
  });
});
