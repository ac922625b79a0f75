import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, openEventStore } from '@cytoledger/event-store';
import {
  type Broker,
  type BrokerSettings,
  EVENT_TOPICS,
  type IncomingMessage,
  type OutgoingMessage,
  openKafkaBroker,
  readCloudEvent,
  TOPICS,
} from '@cytoledger/messaging';
import { openRelay, type Relay } from '@cytoledger/relay';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CommittedRecord, type KafkaCluster, readCommitted, startKafka, whyNoKafka } from '../../infra/kafka/index.ts';
import { ORIGIN, writtenLog } from '../faults/relay-log.fixture.ts';

const why = await whyNoKafka();
if (why) process.stdout.write(`skipped: the relay over a real Kafka, because ${why}\n`);

const EVENTS = 700;
const PATIENCE = { timeout: 60_000, interval: 50 };

describe.skipIf(why !== undefined)('the relay over a real Kafka', { timeout: 120_000 }, () => {
  let cluster: KafkaCluster;
  let folder: string;
  let store: EventStore;
  let broker: Broker;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relay-e2e-'));
    const [started, url] = await Promise.all([startKafka(), writtenLog(folder, EVENTS)]);
    cluster = started;
    store = await openEventStore(url, { readOnly: true });
    broker = openKafkaBroker({ brokers: cluster.brokers, clientId: 'spec', tls: false });
  }, 400_000);
  afterAll(async () => {
    await broker?.close();
    await store?.close();
    await cluster?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const relayed = async (
    limits: { events: number },
    until: (relay: Relay) => boolean,
    compression: BrokerSettings['compression'] = 'none',
  ) => {
    const own = openKafkaBroker({ brokers: cluster.brokers, clientId: 'spec', tls: false, compression });
    const relay = openRelay({ store, broker: own, origin: ORIGIN, limits });
    relay.start();
    await vi.waitUntil(() => until(relay), PATIENCE);
    await relay.stop();
    await own.close();
  };
  const standing = async (topics: readonly string[]) => {
    const records: CommittedRecord[] = [];
    for await (const record of readCommitted(cluster.brokers, topics)) records.push(record);
    return records;
  };
  const message = (value: string): OutgoingMessage => ({
    ...{ topic: TOPICS.deadLetters, partition: 0, key: 'k', headers: { of: 'spec' } },
    value: Buffer.from(value),
  });

  it('puts every event of the log into the topics once, across stops and however they are compressed, as Kafka’s own client reads them', async () => {
    await relayed({ events: 50 }, ({ state }) => state.events >= 200);
    await relayed({ events: 50 }, ({ state }) => state.events >= 350, 'gzip');
    await relayed({ events: 50 }, ({ state }) => state.events >= 500, 'zstd');
    await relayed({ events: 300 }, ({ state }) => state.events === EVENTS);
    const records = await standing(EVENT_TOPICS);
    const read = records.map(({ value }) => readCloudEvent(Buffer.from(value, 'utf8')));
    const next = new Map<string, number>();
    for (const { stream, seq } of read) {
      expect(seq).toBe(next.get(stream) ?? 0);
      next.set(stream, seq + 1);
    }
    expect(read).toHaveLength(EVENTS);
    expect(new Set(read.map(({ position }) => position)).size).toBe(EVENTS);
  });

  it('lets nobody commit whose id another has taken over, and shows nothing of what they tried', async () => {
    await broker.ensureTopics([{ name: TOPICS.deadLetters, partitions: 1 }]);
    const first = await broker.openProducer('turns', [TOPICS.deadLetters]);
    await first.commit('one', [message('first')]);
    const second = await broker.openProducer('turns', [TOPICS.deadLetters]);
    await expect(first.commit('two', [message('zombie')])).rejects.toMatchObject({ code: 'fenced' });
    expect(await broker.readCheckpoint('turns')).toBe('one');
    await second.commit('three', [message('second')]);
    expect(await broker.readCheckpoint('turns')).toBe('three');
    expect(await broker.readCheckpoint('never')).toBeUndefined();
    await Promise.all([first.close(), second.close()]);
    expect((await standing([TOPICS.deadLetters])).map(({ value }) => value)).toEqual(['first', 'second']);
  });

  it('delivers to a group until it has handled what it was given, and then no more', async () => {
    await broker.ensureTopics([{ name: TOPICS.qcReceipts, partitions: 1 }]);
    const producer = await broker.openProducer('receipts', [TOPICS.qcReceipts]);
    const send = (value: string) => producer.commit(value, [{ ...message(value), topic: TOPICS.qcReceipts }]);
    const got: IncomingMessage[] = [];
    let failures = 1;
    const subscribe = () =>
      broker.subscribe({
        group: 'spec',
        topics: [TOPICS.qcReceipts],
        from: 'earliest',
        handle: async (messages) => {
          if (failures-- > 0) throw new Error('not now');
          got.push(...messages);
        },
      });
    await send('one');
    const before = await subscribe();
    await vi.waitFor(() => expect(got.map(({ value }) => String(value))).toEqual(['one']), PATIENCE);
    await before.close();
    await send('two');
    const after = await subscribe();
    await vi.waitFor(() => expect(got.map(({ value }) => String(value))).toEqual(['one', 'two']), PATIENCE);
    await after.close();
    expect(got[0]).toMatchObject({ topic: TOPICS.qcReceipts, partition: 0, key: 'k', headers: { of: 'spec' } });
    await producer.close();
  });

  it('says that no broker answers where none is there', async () => {
    const nowhere = openKafkaBroker({ brokers: ['127.0.0.1:1'], clientId: 'spec', tls: false });
    await expect(nowhere.ensureTopics([])).rejects.toMatchObject({ code: 'unavailable' });
    await nowhere.close();
  });
});
