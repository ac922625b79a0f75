import type { Message, Producer } from 'kafkajs';
import type { OutgoingMessage } from '../broker.ts';
import type { Sender } from '../sender.ts';
import type { BrokerSettings } from './broker-settings.ts';
import { type KafkaLog, kafkaClient, RETRY } from './client.ts';
import { messagingError } from './failure.ts';

const ACKNOWLEDGED_BY_ALL_IN_SYNC = -1;
const ACKNOWLEDGE_TIMEOUT = 10_000;

/** Nothing is connected before it is needed. */
export function openKafkaSender(settings: BrokerSettings, log: KafkaLog = () => undefined): Sender {
  const kafka = kafkaClient(settings, log);
  let connecting: Promise<Producer> | undefined;

  async function connect(): Promise<Producer> {
    const producer = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1, retry: RETRY });
    await producer.connect();
    return producer;
  }

  return {
    send: async (messages) => {
      if (messages.length === 0) return;
      try {
        connecting ??= connect();
        const producer = await connecting;
        // One request has one leader: a retry of one never repeats another.
        for (const { topic, list } of byPartition(messages)) {
          await producer.send({ topic, messages: list, acks: ACKNOWLEDGED_BY_ALL_IN_SYNC, timeout: ACKNOWLEDGE_TIMEOUT });
        }
      } catch (error) {
        const broken = connecting;
        connecting = undefined;
        await broken?.then((producer) => producer.disconnect()).catch(() => undefined);
        throw messagingError(error, 'messages could not be sent');
      }
    },
    close: async () => {
      await connecting?.then((producer) => producer.disconnect()).catch(() => undefined);
      connecting = undefined;
    },
  };
}

function byPartition(messages: readonly OutgoingMessage[]): { readonly topic: string; readonly list: Message[] }[] {
  const groups = Map.groupBy(messages, ({ topic, partition }) => `${topic} ${partition}`);
  return [...groups.values()].map((group) => ({
    topic: group[0]!.topic,
    list: group.map(({ key, value, partition, headers }) => ({ key, value, partition, headers })),
  }));
}
