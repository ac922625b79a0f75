import { randomUUID } from 'node:crypto';
import type { Admin, Consumer } from 'kafkajs';
import { MessagingError } from '../errors.ts';
import { TOPICS } from '../topics.ts';
import type { KafkaClient } from './client.ts';
import { messagingError } from './failure.ts';

/** The newest checkpoint stands among the last few records; what compaction has not yet removed before it need not be read. */
const LAST_RECORDS = 500n;
const PATIENCE = 60_000;
const FETCH_WAIT = 100;

/** Where the checkpoint topic begins and ends, transaction marks and what is not committed included. */
export async function checkpointOffsets(admin: Admin): Promise<{ low: bigint; high: bigint }> {
  try {
    const [partition] = await admin.fetchTopicOffsets(TOPICS.relayCheckpoint);
    return { low: BigInt(partition!.low), high: BigInt(partition!.high) };
  } catch (error) {
    throw messagingError(error, 'how far the checkpoints reach is not told');
  }
}

/** The newest committed record of that key. */
export async function readNewest(kafka: KafkaClient, admin: Admin, key: string): Promise<string | undefined> {
  const { low, high } = await checkpointOffsets(admin);
  if (high === low) return undefined;
  const near = high - LAST_RECORDS > low ? high - LAST_RECORDS : low;
  const newest = await readRange(kafka, key, near, high);
  return newest !== undefined || near === low ? newest : readRange(kafka, key, low, high);
}

/** Reads up to the given end, which no record of an unfinished transaction of this key can precede: its producer was taken over before. */
async function readRange(kafka: KafkaClient, key: string, from: bigint, end: bigint): Promise<string | undefined> {
  const consumer = kafka.consumer({
    groupId: `cytoledger-relay-checkpoint-${randomUUID()}`,
    readUncommitted: false,
    maxWaitTimeInMs: FETCH_WAIT,
    allowAutoTopicCreation: false,
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    let newest: string | undefined;
    const reached = new Promise<void>((resolve, reject) => {
      // Told for batches of nothing but transaction marks too.
      consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
        if (BigInt(payload.lastOffset) >= end - 1n) resolve();
      });
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        reject(messagingError(payload.error, 'the checkpoint could not be read'));
      });
      timer = setTimeout(() => reject(new MessagingError('unavailable', 'the checkpoint could not be read in time')), PATIENCE);
    });
    reached.catch(() => undefined);
    await consumer.connect();
    await consumer.subscribe({ topic: TOPICS.relayCheckpoint, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        for (const { key: at, value } of batch.messages) if (at?.toString('utf8') === key) newest = value?.toString('utf8');
      },
    });
    consumer.seek({ topic: TOPICS.relayCheckpoint, partition: 0, offset: String(from) });
    await reached;
    return newest;
  } catch (error) {
    throw messagingError(error, 'the checkpoint could not be read');
  } finally {
    clearTimeout(timer);
    await closed(consumer);
  }
}

function closed(consumer: Consumer): Promise<void> {
  return consumer.disconnect().catch(() => undefined);
}
