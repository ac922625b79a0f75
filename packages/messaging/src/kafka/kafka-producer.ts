import type { Message, Producer, Transaction } from 'kafkajs';
import type { OutgoingMessage, TransactionalProducer } from '../broker.ts';
import { TOPICS } from '../topics.ts';
import { type KafkaClient, RETRY } from './client.ts';
import { messagingError } from './failure.ts';

/** Milliseconds. Who dies in the middle holds back readers of these partitions for at most so long, unless somebody takes over before. */
const TRANSACTION_TIMEOUT = 30_000;
const ACKNOWLEDGED_BY_ALL_IN_SYNC = -1;
const ACKNOWLEDGE_TIMEOUT = 10_000;
const CLOSE_PATIENCE = 2_000;

/**
 * A transactional producer of kafkajs, used in the one way in which it was found to hold on more than one broker:
 *
 * - the checkpoint is sent first and alone. The broker answers the first request of a transaction that follows another closely with
 *   CONCURRENT_TRANSACTIONS, and only this one request meets that;
 * - then one `send` for each partition. A `send` to partitions on several leaders is one request for each; when one fails, kafkajs sends
 *   all of them again under new sequence numbers while the others are still on their way, and records stand twice in a committed transaction;
 * - no `abort`, and no second use after any error: a producer whose abort or commit failed is stuck for good. The next one with the same id
 *   makes the broker roll back.
 */
export async function openKafkaProducer(kafka: KafkaClient, id: string): Promise<TransactionalProducer> {
  const producer = kafka.producer({
    transactionalId: id,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: TRANSACTION_TIMEOUT,
    allowAutoTopicCreation: false,
    retry: RETRY,
  });
  try {
    await producer.connect();
    // The first one takes the id over; a transaction without messages says nothing to the broker.
    return new KafkaProducer(id, producer, await producer.transaction());
  } catch (error) {
    await disconnected(producer);
    throw messagingError(error, `producer ${id} could not be opened`);
  }
}

class KafkaProducer implements TransactionalProducer {
  readonly #id: string;
  readonly #producer: Producer;
  #next: Transaction;

  constructor(id: string, producer: Producer, first: Transaction) {
    this.#id = id;
    this.#producer = producer;
    this.#next = first;
  }

  async commit(checkpoint: string, messages: readonly OutgoingMessage[]): Promise<void> {
    const transaction = this.#next;
    const send = (topic: string, list: Message[]) =>
      transaction.send({ topic, messages: list, acks: ACKNOWLEDGED_BY_ALL_IN_SYNC, timeout: ACKNOWLEDGE_TIMEOUT });
    try {
      await send(TOPICS.relayCheckpoint, [{ key: this.#id, value: checkpoint, partition: 0 }]);
      const sends = byPartition(messages).map(({ topic, list }) => send(topic, list));
      // All have ended before anything else is done, whichever fails.
      const failed = (await Promise.allSettled(sends)).find((outcome) => outcome.status === 'rejected');
      if (failed) throw failed.reason;
      await transaction.commit();
      this.#next = await this.#producer.transaction();
    } catch (error) {
      throw messagingError(error, `a transaction of ${this.#id} failed`);
    }
  }

  close(): Promise<void> {
    return disconnected(this.#producer);
  }
}

type Group = { readonly topic: string; readonly list: Message[] };

function byPartition(messages: readonly OutgoingMessage[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { topic, partition, key, value, headers } of messages) {
    const name = `${topic} ${partition}`;
    let group = groups.get(name);
    if (!group) {
      group = { topic, list: [] };
      groups.set(name, group);
    }
    group.list.push({ key, value, partition, headers });
  }
  return [...groups.values()];
}

/** A connection that hangs is not waited for. */
async function disconnected(producer: Producer): Promise<void> {
  const ended = producer.disconnect().catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([ended, new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_PATIENCE)))]);
  clearTimeout(timer);
}
