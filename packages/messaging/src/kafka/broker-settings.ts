import { readFileSync } from 'node:fs';
import { MessagingError } from '../errors.ts';
import { COMPRESSIONS, type Compression } from './encoding/compression.ts';

/** How brokers are reached. */
export type BrokerSettings = {
  /** `host:port`, any of the cluster's. */
  readonly brokers: readonly string[];
  /** Name of this client in the broker's logs and quotas. */
  readonly clientId: string;
  /** True: the system's authorities; otherwise the authority's certificate (PEM), and where the broker asks for one a client's. */
  readonly tls: false | true | { readonly ca: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: {
    readonly mechanism: 'scram-sha-512' | 'scram-sha-256' | 'plain';
    readonly username: string;
    readonly password: string;
  };
  /** Of the log's events in their topics; none unless said. */
  readonly compression?: Compression;
};

type Environment = Readonly<Record<string, string | undefined>>;

const MECHANISMS = ['scram-sha-512', 'scram-sha-256', 'plain'] as const;

/**
 * From `KAFKA_BROKERS` (`host:port,…`), `KAFKA_TLS` (`1`), `KAFKA_TLS_CA`, `KAFKA_TLS_CERT`, `KAFKA_TLS_KEY` (files), `KAFKA_USER`, `KAFKA_PASSWORD` or
 * `KAFKA_PASSWORD_FILE`, `KAFKA_SASL` (the mechanism, scram-sha-512 unless said), and `KAFKA_COMPRESSION` (`none`, `gzip` or `zstd`).
 *
 * @returns undefined when there is no `KAFKA_BROKERS`
 * @throws MessagingError `invalid-configuration` that names the variable
 */
export function readBrokerSettings(env: Environment, clientId: string): BrokerSettings | undefined {
  const brokers = (env['KAFKA_BROKERS'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  if (brokers.length === 0) return undefined;
  for (const broker of brokers) {
    if (!/^(\[[\da-f:]+\]|[^\s:/]+):\d{1,5}$/i.test(broker)) throw invalid(`KAFKA_BROKERS: ${broker} is not host:port`);
  }
  const tls = readTls(env);
  const sasl = readSasl(env);
  if (sasl?.mechanism === 'plain' && tls === false)
    throw invalid('KAFKA_SASL=plain sends the password in clear: set KAFKA_TLS=1');
  const compression = readCompression(env);
  return { brokers, clientId, tls, ...(sasl && { sasl }), ...(compression && { compression }) };
}

function readCompression({ KAFKA_COMPRESSION: given }: Environment): Compression | undefined {
  const compression = COMPRESSIONS.find((one) => one === given);
  if (given && !compression) throw invalid(`KAFKA_COMPRESSION=${given}: one of ${COMPRESSIONS.join(', ')} is expected`);
  return compression;
}

function readTls(env: Environment): BrokerSettings['tls'] {
  const { KAFKA_TLS: on, KAFKA_TLS_CA: ca, KAFKA_TLS_CERT: cert, KAFKA_TLS_KEY: key } = env;
  if (on !== undefined && !['', '0', '1'].includes(on)) throw invalid(`KAFKA_TLS=${on}: 1 or 0 is expected`);
  if (!ca && (cert || key)) throw invalid('KAFKA_TLS_CERT and KAFKA_TLS_KEY need KAFKA_TLS_CA');
  if (!ca) return on === '1';
  if (on === '0') throw invalid('KAFKA_TLS=0 and KAFKA_TLS_CA contradict each other');
  if (!cert !== !key) throw invalid('KAFKA_TLS_CERT and KAFKA_TLS_KEY go together');
  return {
    ca: fileOf('KAFKA_TLS_CA', ca),
    ...(cert && key && { cert: fileOf('KAFKA_TLS_CERT', cert), key: fileOf('KAFKA_TLS_KEY', key) }),
  };
}

function readSasl(env: Environment): BrokerSettings['sasl'] {
  const { KAFKA_USER: username, KAFKA_PASSWORD: given, KAFKA_PASSWORD_FILE: file, KAFKA_SASL: mechanism = 'scram-sha-512' } = env;
  if (!username && !given && !file) return undefined;
  const password = file ? fileOf('KAFKA_PASSWORD_FILE', file).trim() : given;
  if (!username || !password) throw invalid('KAFKA_USER goes with KAFKA_PASSWORD or KAFKA_PASSWORD_FILE');
  if (!isMechanism(mechanism)) throw invalid(`KAFKA_SASL=${mechanism}: one of ${MECHANISMS.join(', ')} is expected`);
  return { mechanism, username, password };
}

function isMechanism(text: string): text is (typeof MECHANISMS)[number] {
  return (MECHANISMS as readonly string[]).includes(text);
}

function fileOf(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new MessagingError('invalid-configuration', `${name}: ${(cause as Error).message}`, { cause });
  }
}

function invalid(message: string): MessagingError {
  return new MessagingError('invalid-configuration', message);
}
