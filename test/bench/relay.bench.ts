import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventStore, openEventStore } from '@cytoledger/event-store';
import { type BrokerSettings, openKafkaBroker } from '@cytoledger/messaging';
import { openRelay } from '@cytoledger/relay';
import kafkajs, { type TopicMessages } from 'kafkajs';
import { type KafkaCluster, startKafka, whyNoKafka } from '../../infra/kafka/index.ts';
import { ORIGIN, writtenLog } from '../faults/relay-log.fixture.ts';
import { median, type Row, rounded, skipped } from './row.ts';
import { table } from './table.ts';

const EVENTS = Number(process.env['RELAY_EVENTS'] ?? 40_000);
/** Brokers and producers get warm on the first part of each round. */
const WARM_UP = Math.floor(EVENTS / 4);
const ROUNDS = 3;
const POLL_MS = 5;
const COMPRESSION = (process.env['RELAY_COMPRESSION'] ?? 'none') as NonNullable<BrokerSettings['compression']>;
/** In which Linux counts the time of processes. */
const TICK_US = 10_000;

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
    const relayed: Measured[] = [];
    const plain: Measured[] = [];
    let sizes: readonly number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [measured, batches] = await relayRate(store, cluster, `bench-${round}`);
      relayed.push(measured);
      sizes = batches;
      plain.push(await plainRate(cluster));
    }
    const [value, ceiling] = [medianOf(relayed, 'rate'), medianOf(plain, 'rate')];
    // Of the same minute: a shared machine changes.
    const ratio = rounded(median(relayed.map(({ rate }, round) => rate / plain[round]!.rate)));
    const spent = (all: readonly Measured[]) => `${medianOf(all, 'own')} and the brokers ${medianOf(all, 'brokers')} µs`;
    return {
      name: nameOf(nodes),
      value,
      unit: 'events/s',
      ceiling,
      ratio,
      target: nodes === 1 ? '≥ 20,000, ratio ≥ 0.5' : 'ratio ≥ 0.5',
      met: ratio >= 0.5 && (nodes === 3 || value >= 20_000),
      note: `ceiling: kafkajs's idempotent producer, the same bytes, without compression; ${Math.round(median(sizes))} events a transaction; of the processor an event takes ${spent(relayed)}, with that producer ${spent(plain)}; compression: ${COMPRESSION}`,
    };
  } finally {
    await cluster.stop();
  }
}

/** Events a second, and what one of them took of the processor, in µs: in this process, and in all brokers together (NaN where the system does not tell). */
type Measured = { readonly rate: number; readonly own: number; readonly brokers: number };

function medianOf(all: readonly Measured[], name: keyof Measured): number {
  return Math.round(median(all.map((each) => each[name])));
}

/** Begins to measure; what is returned tells. */
async function measuring({ pids }: KafkaCluster): Promise<(events: number) => Promise<Measured>> {
  const brokers = async () => {
    const times = await Promise.all(pids.map(processorTime));
    return times.reduce((sum, time) => sum + time, 0);
  };
  const before = await brokers();
  const cpu = process.cpuUsage();
  const start = performance.now();
  return async (events) => {
    const took = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    return { rate: (events / took) * 1000, own: (user + system) / events, brokers: ((await brokers()) - before) / events };
  };
}

/** Of another process, in µs: user and system, the 14th and 15th of what Linux says (proc_pid_stat(5)). */
async function processorTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** What was sent, kept for who sends it again. */
let sent: TopicMessages[][] = [];

async function relayRate(store: EventStore, cluster: KafkaCluster, id: string): Promise<[Measured, number[]]> {
  const kafka = openKafkaBroker({ brokers: cluster.brokers, clientId: id, tls: false, compression: COMPRESSION });
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
  const from = relay.state.events;
  const measured = await measuring(cluster);
  while (relay.state.events < EVENTS) await sleep(POLL_MS);
  const result = await measured(EVENTS - from);
  await relay.stop();
  await kafka.close();
  sent = batches;
  return [result, batches.map((batch) => batch.reduce((sum, { messages }) => sum + messages.length, 0))];
}

async function plainRate(cluster: KafkaCluster): Promise<Measured> {
  const { Kafka, logLevel } = kafkajs;
  const kafka = new Kafka({ brokers: [...cluster.brokers], clientId: 'plain', logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  await producer.connect();
  let events = 0;
  let from = 0;
  let measured: Awaited<ReturnType<typeof measuring>> | undefined;
  for (const topicMessages of sent) {
    await producer.sendBatch({ topicMessages, acks: -1 });
    events += topicMessages.reduce((sum, { messages }) => sum + messages.length, 0);
    if (!measured && events >= WARM_UP) {
      from = events;
      measured = await measuring(cluster);
    }
  }
  const result = await measured!(events - from);
  await producer.disconnect();
  return result;
}

if (import.meta.main) process.stdout.write(`${table(await run())}\n`);
