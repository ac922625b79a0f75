import type { Admin, Message, Producer, TopicMessages, Transaction } from 'kafkajs';
import type { OutgoingMessage, TransactionalProducer } from '../broker.ts';
import { TOPICS } from '../topics.ts';
import { type KafkaClient, RETRY_OFTEN } from './client.ts';
import { CODEC_NUMBERS, type Compression } from './encoding/compression.ts';
import { DirectMessage, writeDirectly } from './encoding/kafkajs-encoding.ts';
import { messagingError } from './failure.ts';
import { Leaders } from './leaders.ts';

/** Milliseconds. Who dies in the middle holds back readers of these partitions for at most so long, unless somebody takes over before. */
const TRANSACTION_TIMEOUT = 30_000;
const ACKNOWLEDGED_BY_ALL_IN_SYNC = -1;
const ACKNOWLEDGE_TIMEOUT = 10_000;
const CLOSE_PATIENCE = 2_000;

writeDirectly();

/**
 * A transactional producer of kafkajs, used in the one way in which it was found to hold on more than one broker:
 *
 * - the checkpoint is sent first, alone unless one broker leads everything. The broker answers the first request of a transaction that follows
 *   another closely with CONCURRENT_TRANSACTIONS, and only this one request meets that;
 * - then one send for each leader. A send to partitions on several leaders is one request for each; when one fails, kafkajs sends
 *   all of them again under new sequence numbers while the others are still on their way, and records stand twice in a committed transaction.
 *   {@link Leaders.guard} sees to it that no attempt has more than one;
 * - no abort, and no second use after any error: a producer whose abort or commit failed is stuck for good. The next one with the same id
 *   makes the broker roll back.
 *
 * @throws MessagingError
 */
export async function openKafkaProducer(
  kafka: KafkaClient,
  admin: Admin,
  id: string,
  topics: readonly string[],
  compression: Compression = 'none',
): Promise<TransactionalProducer> {
  const leaders = await Leaders.of(admin, topics);
  const producer = kafka.producer({
    transactionalId: id,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: TRANSACTION_TIMEOUT,
    allowAutoTopicCreation: false,
    createPartitioner: leaders.guard,
    retry: RETRY_OFTEN,
  });
  try {
    await producer.connect();
    // The first one takes the id over; a transaction without messages says nothing to the broker.
    return new KafkaProducer(id, producer, leaders, CODEC_NUMBERS[compression], await producer.transaction());
  } catch (error) {
    await disconnected(producer);
    throw messagingError(error, `producer ${id} could not be opened`);
  }
}

class KafkaProducer implements TransactionalProducer {
  readonly #id: string;
  readonly #producer: Producer;
  readonly #leaders: Leaders;
  readonly #codec: number;
  #next: Transaction;

  constructor(id: string, producer: Producer, leaders: Leaders, codec: number, first: Transaction) {
    this.#id = id;
    this.#producer = producer;
    this.#leaders = leaders;
    this.#codec = codec;
    this.#next = first;
  }

  async commit(checkpoint: string, messages: readonly OutgoingMessage[]): Promise<void> {
    const transaction = this.#next;
    const send = (topicMessages: TopicMessages[]) =>
      transaction.sendBatch({
        topicMessages,
        acks: ACKNOWLEDGED_BY_ALL_IN_SYNC,
        timeout: ACKNOWLEDGE_TIMEOUT,
        compression: this.#codec,
      });
    try {
      const [first, ...others] = this.#sends(checkpoint, messages);
      await send(first!);
      // All have ended before anything else is done, whichever fails.
      const failed = (await Promise.allSettled(others.map(send))).find((outcome) => outcome.status === 'rejected');
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

  /** The checkpoint alone, then one for each leader; all in one where the checkpoint's leader leads everything. */
  #sends(checkpoint: string, messages: readonly OutgoingMessage[]): TopicMessages[][] {
    const own: TopicMessages = {
      topic: TOPICS.relayCheckpoint,
      messages: [new DirectMessage({ key: this.#id, value: Buffer.from(checkpoint), partition: 0, headers: {} })],
    };
    const leaders = this.#byLeader(messages);
    const [[leader, all] = [], another] = leaders;
    const isOne = all && !another && leader === this.#leaders.of(own.topic, 0);
    return isOne ? [[own, ...all]] : [[own], ...leaders.map(([, each]) => each)];
  }

  #byLeader(messages: readonly OutgoingMessage[]): [leader: number, TopicMessages[]][] {
    const leaders = new Map<number, Map<string, Message[]>>();
    for (const { topic, partition, key, value, headers } of messages) {
      const leader = this.#leaders.of(topic, partition);
      let topics = leaders.get(leader);
      if (!topics) {
        topics = new Map();
        leaders.set(leader, topics);
      }
      let list = topics.get(topic);
      if (!list) {
        list = [];
        topics.set(topic, list);
      }
      list.push(new DirectMessage({ key, value, partition, headers }));
    }
    return [...leaders].map(([leader, topics]) => [leader, [...topics].map(([topic, list]) => ({ topic, messages: list }))]);
  }
}

/** A connection that hangs is not waited for. */
async function disconnected(producer: Producer): Promise<void> {
  const ended = producer.disconnect().catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    ended,
    new Promise((resolve) => {
      timer = setTimeout(resolve, CLOSE_PATIENCE);
    }),
  ]);
  clearTimeout(timer);
}
