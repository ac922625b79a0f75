import kafkajs from 'kafkajs';
import type { BrokerSettings } from './broker-settings.ts';
import { readZstd } from './encoding/compression.ts';

/** The package is CommonJS: its names come with its default export. */
const { Kafka, logLevel } = kafkajs;
export type KafkaClient = kafkajs.Kafka;

export type KafkaLog = (message: string) => void;

readZstd();

/**
 * Together these are about eight seconds, in which a leader is replaced; after that the producer is thrown away by who uses it. kafkajs's
 * own 300 ms at the beginning would be most of what a message takes.
 */
export const RETRY = { initialRetryTime: 10, maxRetryTime: 1000, retries: 14, factor: 0.2, multiplier: 2 } as const;

/**
 * For transactions, of which nearly every one that follows a commit closely is told CONCURRENT_TRANSACTIONS for some 5 to 40 ms: as long in all, in
 * smaller steps.
 */
export const RETRY_OFTEN = { ...RETRY, initialRetryTime: 5, retries: 24, multiplier: 1.3 } as const;

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
