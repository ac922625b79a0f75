import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { IncomingMessage, Subscribing, Subscription } from '../broker.ts';
import type { KafkaClient } from './client.ts';
import { messagingError } from './failure.ts';

/** A consumer of one group that sees committed messages only. */
export async function subscribeKafka(kafka: KafkaClient, { group, topics, from, handle }: Subscribing): Promise<Subscription> {
  const consumer = kafka.consumer({ groupId: group, readUncommitted: false, allowAutoTopicCreation: false });
  let end: (error?: unknown) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error === undefined ? resolve() : reject(error));
  });
  ended.catch(() => undefined);
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) end(messagingError(payload.error, `group ${group} cannot go on`));
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: from === 'earliest' });
    await consumer.run({
      eachBatch: async ({ batch, isStale, isRunning }) => {
        if (!isRunning() || isStale()) return;
        await handle(batch.messages.map((message) => incoming(batch.topic, batch.partition, message)));
      },
    });
  } catch (error) {
    await consumer.disconnect().catch(() => undefined);
    throw messagingError(error, `group ${group} could not subscribe`);
  }
  return {
    ended,
    close: async () => {
      await consumer.disconnect().catch(() => undefined);
      end();
    },
  };
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
