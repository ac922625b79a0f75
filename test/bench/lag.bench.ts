import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Broker, openKafkaBroker, readCloudEvent } from '@cytoledger/messaging';
import kafkajs from 'kafkajs';
import { type KafkaCluster, startKafka, whyNoKafka } from '../../infra/kafka/index.ts';
import { batches, openBatches } from './capture-load.ts';
import { bodyOf, everyday, LABORATORY } from './laboratory.ts';
import { startPlatformProcess, UNATTESTED } from './platform.ts';
import { type Row, rounded, skipped } from './row.ts';
import { table } from './table.ts';

const RATE = Number(process.env['LAG_RATE'] ?? 1_000);
const SECONDS = Number(process.env['LAG_SECONDS'] ?? 40);
/** Of the beginning, which finds consumer, relay and broker cold. */
const WARM_UP = Math.floor(RATE * Math.min(10, SECONDS / 4));
const EVENTS = RATE * SECONDS;
const TICK_MS = 10;
const CONNECTIONS = 64;
const TOPIC = 'cytoledger.batch.v1';
const PLAIN = 'bench.plain';
const NAME = `201 at HTTP → a consumer has it, at ${RATE.toLocaleString('en')} events/s, p99`;
const TARGET_MS = 150;

/** From the answer at HTTP until a consumer has the event; beside it a plain producer's message, of the same size at the same pace. */
export async function run(): Promise<Row[]> {
  const why = await whyNoKafka();
  if (why !== undefined) return [skipped(NAME, 'ms', why)];
  const cluster = await startKafka();
  const broker = openKafkaBroker({ brokers: cluster.brokers, clientId: 'lag', tls: false });
  try {
    const own = await relayed(cluster, broker);
    const plain = await produced(cluster, broker);
    const value = at(own, 0.99);
    return [
      {
        name: NAME,
        value: rounded(value, 1),
        unit: 'ms',
        ceiling: rounded(at(plain, 0.99), 1),
        ratio: rounded(at(plain, 0.99) / value),
        target: `≤ ${TARGET_MS}`,
        met: value <= TARGET_MS,
        note: `half within ${rounded(at(own, 0.5), 1)} ms, the slowest ${rounded(own.at(-1)!, 1)}; ceiling: a plain idempotent producer → consumer, half within ${rounded(at(plain, 0.5), 1)} ms`,
      },
    ];
  } finally {
    await broker.close();
    await cluster.stop();
  }
}

async function relayed(cluster: KafkaCluster, broker: Broker): Promise<Float64Array> {
  await using platform = await startPlatformProcess({
    env: { KAFKA_BROKERS: cluster.brokers.join(), SERVICES: `${UNATTESTED},relay` },
  });
  const token = await platform.token(LABORATORY);
  await openBatches(platform.port, token);
  const arrived = new Map<string, number>();
  const consumer = await consume(broker, TOPIC, (value) => readCloudEvent(value).id, arrived);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const answered = new Map<string, number>();
  const post = async (n: number): Promise<void> => {
    const entry = everyday(batches[n % batches.length]!, n);
    const body = bodyOf(entry);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = request({ agent, host: '127.0.0.1', port: platform.port, path: entry.path, method: 'POST', headers });
    sent.end(body);
    const [answer] = await once(sent, 'response');
    if (answer.statusCode !== 201) throw new Error(`not recorded: ${answer.statusCode}`);
    answered.set((JSON.parse(body) as { id: string }).id, performance.now());
    answer.resume();
  };
  await paced(post);
  const lags = await all(answered, arrived);
  agent.destroy();
  await consumer.close();
  return lags;
}

async function produced(cluster: KafkaCluster, broker: Broker): Promise<Float64Array> {
  await broker.ensureTopics([{ name: PLAIN, partitions: 6 }]);
  const arrived = new Map<string, number>();
  const consumer = await consume(broker, PLAIN, (value) => value.toString('utf8', 0, 9), arrived);
  const { Kafka, logLevel } = kafkajs;
  const producer = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING }).producer({
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const answered = new Map<string, number>();
  let waiting: string[] = [];
  let sending = false;
  const send = async () => {
    if (sending) return;
    sending = true;
    while (waiting.length > 0) {
      const ids = waiting;
      waiting = [];
      await producer.send({ topic: PLAIN, acks: -1, messages: ids.map((id) => ({ key: id, value: id.padEnd(1500, '.') })) });
    }
    sending = false;
  };
  await paced(async (n) => {
    const id = String(n).padStart(9, '0');
    answered.set(id, performance.now());
    waiting.push(id);
    await send();
  });
  const lags = await all(answered, arrived);
  await producer.disconnect();
  await consumer.close();
  return lags;
}

async function consume(broker: Broker, topic: string, idOf: (value: Buffer) => string, arrived: Map<string, number>) {
  return broker.subscribe({
    group: `lag-${topic}`,
    topics: [topic],
    from: 'earliest',
    handle: async (messages) => {
      const now = performance.now();
      for (const { value } of messages) if (value) arrived.set(idOf(value), now);
    },
  });
}

/** So many a second, whether or not the earlier ones were answered. */
async function paced(send: (n: number) => Promise<void>): Promise<void> {
  const start = performance.now();
  const sent: Promise<void>[] = [];
  while (sent.length < EVENTS) {
    const due = Math.min(EVENTS, Math.floor(((performance.now() - start) / 1000) * RATE));
    while (sent.length < due) sent.push(send(sent.length));
    await sleep(TICK_MS);
  }
  await Promise.all(sent);
}

/** In ms, ascending; an event that a consumer had before its sender had the answer waited for nothing. */
async function all(answered: ReadonlyMap<string, number>, arrived: ReadonlyMap<string, number>): Promise<Float64Array> {
  const ids = [...answered.keys()].slice(WARM_UP);
  const deadline = performance.now() + 60_000;
  while (!ids.every((id) => arrived.has(id))) {
    if (performance.now() > deadline) throw new Error(`${ids.filter((id) => !arrived.has(id)).length} never came`);
    await sleep(TICK_MS);
  }
  return Float64Array.from(ids, (id) => Math.max(0, arrived.get(id)! - answered.get(id)!)).sort();
}

function at(sorted: Float64Array, part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}

if (import.meta.main) process.stdout.write(`${table(await run())}\n`);
