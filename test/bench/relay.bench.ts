import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventStore, openEventStore } from '@cytoledger/event-store';
import { openKafkaBroker } from '@cytoledger/messaging';
import { openRelay } from '@cytoledger/relay';
import kafkajs, { type TopicMessages } from 'kafkajs';
import { startKafka, whyNoKafka } from '../../infra/kafka/index.ts';
import { ORIGIN, writtenLog } from '../faults/relay-log.fixture.ts';
import { median, type Row, rounded, skipped } from './row.ts';
import { table } from './table.ts';

const EVENTS = Number(process.env['RELAY_EVENTS'] ?? 40_000);
/** Brokers and producers get warm on the first part of each round. */
const WARM_UP = Math.floor(EVENTS / 4);
const ROUNDS = 3;
const POLL_MS = 5;

/** The relay from a log on disk to a broker, and beside it a producer without relay and transactions that sends the same bytes in the same batches. */
export async function run(): Promise<Row[]> {
  const why = await whyNoKafka();
  if (why !== undefined) return [1, 3].map((nodes) => skipped(nameOf(nodes), 'events/s', why));
  const folder = await mkdtemp(join(tmpdir(), 'relay-bench-'));
  try {
    const store = await openEventStore(await writtenLog(folder, EVENTS), { readOnly: true });
    const rows: Row[] = [];
    for (const nodes of [1, 3] as const) rows.push(await onNodes(nodes, store));
    await store.close();
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function nameOf(nodes: number): string {
  return `relay: log → topics, ${nodes === 1 ? 'one broker' : 'three brokers, replication 3'}`;
}

async function onNodes(nodes: 1 | 3, store: EventStore): Promise<Row> {
  const cluster = await startKafka({ nodes });
  try {
    const relayed: number[] = [];
    const plain: number[] = [];
    let sizes: readonly number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [rate, batches] = await relayRate(store, cluster.brokers, `bench-${round}`);
      relayed.push(rate);
      sizes = batches;
      plain.push(await plainRate(cluster.brokers));
    }
    const [value, ceiling] = [Math.round(median(relayed)), Math.round(median(plain))];
    // Of the same minute: a shared machine changes.
    const ratio = rounded(median(relayed.map((rate, round) => rate / plain[round]!)));
    return {
      name: nameOf(nodes),
      value,
      unit: 'events/s',
      ceiling,
      ratio,
      target: nodes === 1 ? '≥ 20,000, ratio ≥ 0.5' : 'ratio ≥ 0.5',
      met: ratio >= 0.5 && (nodes === 3 || value >= 20_000),
      note: `ceiling: kafkajs's idempotent producer, the same bytes; ${Math.round(median(sizes))} events a transaction`,
    };
  } finally {
    await cluster.stop();
  }
}

/** What was sent, kept for who sends it again. */
let sent: TopicMessages[][] = [];

async function relayRate(store: EventStore, brokers: readonly string[], id: string): Promise<[number, number[]]> {
  const kafka = openKafkaBroker({ brokers, clientId: id, tls: false });
  const batches: TopicMessages[][] = [];
  const broker: typeof kafka = {
    ...kafka,
    openProducer: async (name, topics) => {
      const producer = await kafka.openProducer(name, topics);
      return {
        ...producer,
        close: () => producer.close(),
        commit: (checkpoint, messages) => {
          batches.push([...Map.groupBy(messages, ({ topic }) => topic)].map(([topic, list]) => ({ topic, messages: [...list] })));
          return producer.commit(checkpoint, messages);
        },
      };
    },
  };
  const relay = openRelay({ store, broker, origin: ORIGIN, id });
  relay.start();
  while (relay.state.events < WARM_UP) await sleep(POLL_MS);
  const [from, start] = [relay.state.events, performance.now()];
  while (relay.state.events < EVENTS) await sleep(POLL_MS);
  const rate = ((EVENTS - from) / (performance.now() - start)) * 1000;
  await relay.stop();
  await kafka.close();
  sent = batches;
  return [rate, batches.map((batch) => batch.reduce((sum, { messages }) => sum + messages.length, 0))];
}

async function plainRate(brokers: readonly string[]): Promise<number> {
  const { Kafka, logLevel } = kafkajs;
  const kafka = new Kafka({ brokers: [...brokers], clientId: 'plain', logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  await producer.connect();
  let events = 0;
  let [from, start] = [0, 0];
  for (const topicMessages of sent) {
    await producer.sendBatch({ topicMessages, acks: -1 });
    events += topicMessages.reduce((sum, { messages }) => sum + messages.length, 0);
    if (start === 0 && events >= WARM_UP) [from, start] = [events, performance.now()];
  }
  const rate = ((events - from) / (performance.now() - start)) * 1000;
  await producer.disconnect();
  return rate;
}

if (import.meta.main) process.stdout.write(`${table(await run())}\n`);
