import kafkajs from 'kafkajs';
import type { BrokerSettings } from './broker-settings.ts';

/** The package is CommonJS: its names come with its default export. */
const { Kafka, logLevel } = kafkajs;
export type KafkaClient = kafkajs.Kafka;

export type KafkaLog = (message: string) => void;

/**
 * `CONCURRENT_TRANSACTIONS` comes back on nearly every transaction that follows a commit closely; the default of 300 ms would halve the throughput.
 * Together these are about eight seconds, in which a leader is replaced; after that the producer is thrown away by who uses it.
 */
export const RETRY = { initialRetryTime: 10, maxRetryTime: 1000, retries: 14, factor: 0.2, multiplier: 2 } as const;

/** Milliseconds. A broker that hangs is given up after this. */
const REQUEST_TIMEOUT = 12_000;
const CONNECTION_TIMEOUT = 3_000;

export function kafkaClient({ brokers, clientId, tls, sasl }: BrokerSettings, log: KafkaLog): KafkaClient {
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ssl: typeof tls === 'boolean' ? tls : { ca: [tls.ca], ...(tls.cert && { cert: tls.cert }), ...(tls.key && { key: tls.key }) },
    ...(sasl && { sasl: sasl as kafkajs.SASLOptions }),
    requestTimeout: REQUEST_TIMEOUT,
    connectionTimeout: CONNECTION_TIMEOUT,
    retry: RETRY,
    logLevel: logLevel.WARN,
    // What it calls an error is mostly an attempt that is made again; what fails for good comes as an exception.
    logCreator: () => (entry) => log(`${entry.namespace}: ${entry.log.message}`),
  });
}
