import type { Consumer, IHeaders, KafkaMessage } from 'kafkajs';
import type { IncomingMessage, Subscribing, Subscription } from '../broker.ts';
import type { KafkaClient } from './client.ts';
import { messagingError } from './failure.ts';

/** Milliseconds. kafkajs's own way is a request after each partition's batch, in which nothing is read: most of what a message then takes. */
const COMMIT_EVERY = 200;

/** A consumer of one group that sees committed messages only. After a crash, what was handled in the last moments is handled again. */
export async function subscribeKafka(kafka: KafkaClient, { group, topics, from, handle }: Subscribing): Promise<Subscription> {
  const consumer = kafka.consumer({ groupId: group, readUncommitted: false, allowAutoTopicCreation: false });
  let end: (error?: unknown) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error === undefined ? resolve() : reject(error));
  });
  ended.catch(() => undefined);
  const handled = new HandledOffsets(consumer);
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) end(messagingError(payload.error, `group ${group} cannot go on`));
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: from === 'earliest' });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch, isStale, isRunning }) => {
        if (!isRunning() || isStale()) return;
        await handle(batch.messages.map((message) => incoming(batch.topic, batch.partition, message)));
        handled.upTo(batch.topic, batch.partition, BigInt(batch.lastOffset()));
      },
    });
  } catch (error) {
    await handled.end();
    await consumer.disconnect().catch(() => undefined);
    throw messagingError(error, `group ${group} could not subscribe`);
  }
  return {
    ended,
    close: async () => {
      await handled.end();
      await consumer.disconnect().catch(() => undefined);
      end();
    },
  };
}

/** Tells the group every so often how far it has come; before it is shared out anew, and at the end, at once. */
class HandledOffsets {
  readonly #consumer: Consumer;
  readonly #next = new Map<string, { topic: string; partition: number; offset: string }>();
  readonly #timer: NodeJS.Timeout;

  constructor(consumer: Consumer) {
    this.#consumer = consumer;
    this.#timer = setInterval(() => void this.#commit(), COMMIT_EVERY).unref();
    consumer.on(consumer.events.REBALANCING, () => void this.#commit());
    // From here on they may be somebody else's.
    consumer.on(consumer.events.GROUP_JOIN, () => this.#next.clear());
  }

  upTo(topic: string, partition: number, last: bigint): void {
    this.#next.set(`${topic} ${partition}`, { topic, partition, offset: String(last + 1n) });
  }

  end(): Promise<void> {
    clearInterval(this.#timer);
    return this.#commit();
  }

  /** What cannot be told is handled again by whoever has the partition next. */
  async #commit(): Promise<void> {
    if (this.#next.size === 0) return;
    const offsets = [...this.#next.values()];
    this.#next.clear();
    await this.#consumer.commitOffsets(offsets).catch(() => undefined);
  }
}

function incoming(topic: string, partition: number, { offset, key, value, headers }: KafkaMessage): IncomingMessage {
  return { topic, partition, offset: BigInt(offset), key: key?.toString('utf8') ?? null, value, headers: texts(headers) };
}

/** Of a header that was given several times, the last. */
function texts(headers: IHeaders | undefined): Record<string, string> {
  const named: Record<string, string> = {};
  for (const [name, given] of Object.entries(headers ?? {})) {
    const value = Array.isArray(given) ? given.at(-1) : given;
    if (value !== undefined) named[name] = value.toString('utf8');
  }
  return named;
}
