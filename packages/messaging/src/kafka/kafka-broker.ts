import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { Broker, TopicSpecification } from '../broker.ts';
import { MessagingError } from '../errors.ts';
import { TOPICS } from '../topics.ts';
import type { BrokerSettings } from './broker-settings.ts';
import { checkpointOffsets, readNewest } from './checkpoint-reader.ts';
import { type KafkaClient, type KafkaLog, kafkaClient } from './client.ts';
import { messagingError } from './failure.ts';
import { openKafkaProducer } from './kafka-producer.ts';
import { subscribeKafka } from './kafka-subscription.ts';

/** Compaction looks at closed segments only: small ones, so that who starts need not read far. */
const COMPACTED = [
  { name: 'cleanup.policy', value: 'compact' },
  { name: 'segment.ms', value: '600000' },
  { name: 'segment.bytes', value: '4194304' },
  { name: 'min.cleanable.dirty.ratio', value: '0.1' },
];
/** The broker's default for both: a replica for each of three, or what there is. */
const BY_BROKER = -1;
/** Milliseconds until every broker knows a topic that was made. */
const TOPICS_APPEAR = 20_000;
const TOPICS_POLL = 50;

/**
 * Apache Kafka, through kafkajs. Nothing is connected before it is needed.
 *
 * @param log what the client library mentions in passing
 */
export function openKafkaBroker(settings: BrokerSettings, log: KafkaLog = () => undefined): Broker {
  const kafka = kafkaClient(settings, log);
  const connected = adminOf(kafka);
  return {
    ensureTopics: async (topics) => ensured(await connected.admin(), topics),
    openProducer: async (id, topics) =>
      openKafkaProducer(kafka, await connected.admin(), id, [TOPICS.relayCheckpoint, ...topics], settings.compression),
    readCheckpoint: async (id) => readNewest(kafka, await connected.admin(), id),
    checkpointActivity: async () => (await checkpointOffsets(await connected.admin())).high,
    subscribe: (subscribing) => subscribeKafka(kafka, subscribing),
    close: () => connected.close(),
  };
}

async function ensured(admin: Admin, topics: readonly TopicSpecification[]): Promise<ReadonlyMap<string, number>> {
  try {
    const there = new Set(await admin.listTopics());
    const missing = topics.filter(({ name }) => !there.has(name));
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: false,
        topics: missing.map(({ name, partitions, compacted }) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor: BY_BROKER,
          ...(compacted && { configEntries: COMPACTED }),
        })),
      });
    }
    const until = Date.now() + TOPICS_APPEAR;
    for (;;) {
      const counts = await partitionCounts(
        admin,
        topics.map(({ name }) => name),
      );
      if (counts) return counts;
      if (Date.now() > until) throw new MessagingError('unavailable', 'not every partition has a leader');
      await sleep(TOPICS_POLL);
    }
  } catch (error) {
    throw messagingError(error, 'the topics could not be made sure of');
  }
}

/** Undefined while one of them is not yet known to the broker that was asked, or has a partition without a leader. */
async function partitionCounts(admin: Admin, topics: string[]): Promise<ReadonlyMap<string, number> | undefined> {
  try {
    const { topics: known } = await admin.fetchTopicMetadata({ topics });
    const isLed = known.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
    return isLed ? new Map(known.map(({ name, partitions }) => [name, partitions.length])) : undefined;
  } catch (error) {
    const { type } = error as { type?: string };
    if (type === 'UNKNOWN_TOPIC_OR_PARTITION' || type === 'LEADER_NOT_AVAILABLE') return undefined;
    throw error;
  }
}

/** One connection for questions, made at the first and again after it failed. */
function adminOf(kafka: KafkaClient): { admin(): Promise<Admin>; close(): Promise<void> } {
  let connecting: Promise<Admin> | undefined;
  const connect = async () => {
    const admin = kafka.admin();
    try {
      await admin.connect();
      return admin;
    } catch (error) {
      connecting = undefined;
      throw messagingError(error, 'no broker could be asked');
    }
  };
  return {
    admin: () => {
      connecting ??= connect();
      return connecting;
    },
    close: async () => {
      const admin = await connecting?.catch(() => undefined);
      connecting = undefined;
      await admin?.disconnect().catch(() => undefined);
    },
  };
}
