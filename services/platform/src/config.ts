import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BrokerSettings, MessagingError, readBrokerSettings } from '@cytoledger/messaging';
import { DEFAULT_PARTITIONS } from '@cytoledger/relay';

/** What a process is told by its environment. */
export type Config = {
  readonly mode: 'demo' | 'production';
  /** With `--empty`, a demo without scenarios. */
  readonly scenarios: boolean;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** `sqlite:<file>` or `esdb://…`. */
  readonly eventStore: string;
  /** `sqlite:<folder>`, or `http://…` of the process that owns the vault. */
  readonly vault: string;
  readonly vaultToken: string | undefined;
  /** Where the process that owns the vault lends it to others; files of certificate and key, which it needs beyond loopback. */
  readonly vaultListen: {
    readonly host: string;
    readonly port: number;
    readonly tls: { readonly cert: string; readonly key: string } | undefined;
  } | null;
  /** Files with keys that all processes of one log share; each in `DATA_DIR/keys` where undefined. */
  readonly keyFiles: { readonly nonce: string | undefined; readonly alias: string | undefined };
  /** Files with the master key of the vault's key file, and with the one before it (or `none`). */
  readonly vaultKeys: { readonly master: string | undefined; readonly former: string | undefined };
  /** Names of the services to mount; empty: all. */
  readonly services: readonly string[];
  /** Organisation that operates the platform. */
  readonly operator: string;
  readonly logLevel: string;
  /** Of the identity provider; in demo mode the platform is its own. */
  readonly auth: { readonly jwksUrl: URL; readonly issuer: string; readonly audience: string } | null;
  readonly origin: string | undefined;
  /** File with a signed succession: the new log takes the place of a lost one. */
  readonly succession: string | undefined;
  readonly attestation: {
    /** Keys, tiles and what was signed. */
    readonly folder: string;
    /** File of the policy. */
    readonly policy: string | undefined;
    readonly witnesses: readonly { readonly name: string; readonly url: string }[];
    /** Seconds from recording until a receipt promises a released checkpoint with the event. */
    readonly includeWithin: number;
  };
  readonly cacheBytes: number;
  /** For how long a gate snapshot answers at the bedside, and for how long its green is green. */
  readonly snapshotHours: { readonly valid: number; readonly fresh: number };
  /** Null: the log is relayed to no topics, and results are taken over HTTP only. */
  readonly kafka: {
    readonly settings: BrokerSettings;
    /** Transactional id of the relay; one of the log's own where undefined. */
    readonly relayId: string | undefined;
    /** Of each topic that has to be made. */
    readonly partitions: number;
  } | null;
};

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const DEFAULT_PORT = 8080;
const MIB = 1024 * 1024;
const DEFAULT_CACHE_MIB = 256;
/** Seconds. Signing and cosigning take one or two; the rest is for witnesses that are being restarted. */
const DEFAULT_INCLUDE_WITHIN = 60;
const A_DAY = 86_400;
/** A shift; and how long nobody has to ask whether something was held or recalled since. */
const DEFAULT_SNAPSHOT_HOURS = 8;
const DEFAULT_SNAPSHOT_FRESH_HOURS = 2;
const MOST_SNAPSHOT_HOURS = 72;
const MOST_PARTITIONS = 1000;

/** @throws ConfigError that names the variable */
export function readConfig(env: Readonly<Record<string, string | undefined>>, args: readonly string[] = []): Config {
  const unknown = args.filter((arg) => arg !== '--empty');
  if (unknown.length > 0) throw new ConfigError(`unknown argument ${unknown[0]}: only --empty is known`);
  const dataDir = resolve(env['DATA_DIR'] ?? './data');
  const auth = readAuth(env);
  const mode = auth ? 'production' : 'demo';
  const host = env['HOST'] ?? '127.0.0.1';
  if (mode === 'demo' && !/^(127\.|localhost$|::1$)/.test(host)) {
    throw new ConfigError(
      `HOST=${host}: the demo hands out tokens to whoever asks and listens on loopback only; set JWKS_URL, JWT_ISSUER and JWT_AUDIENCE`,
    );
  }
  return {
    mode,
    scenarios: mode === 'demo' && !args.includes('--empty'),
    host,
    port: number(env, 'PORT', DEFAULT_PORT, 0, 65_535),
    dataDir,
    eventStore: secret(env, 'EVENT_STORE') ?? `sqlite:${join(dataDir, 'log.db')}`,
    vault: env['VAULT'] ?? `sqlite:${join(dataDir, 'vault')}`,
    vaultToken: secret(env, 'VAULT_TOKEN'),
    vaultListen: readVaultListen(env),
    keyFiles: { nonce: env['NONCE_KEY_FILE'], alias: env['ALIAS_KEY_FILE'] },
    vaultKeys: { master: env['VAULT_MASTER_KEY_FILE'], former: env['VAULT_FORMER_MASTER_KEY_FILE'] },
    services: (env['SERVICES'] ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
    operator: env['OPERATOR'] ?? 'cytoledger-operator',
    // A newcomer's terminal shows where to look, not every request.
    logLevel: env['LOG_LEVEL'] ?? (mode === 'demo' ? 'warn' : 'info'),
    auth,
    origin: env['ORIGIN'],
    succession: env['SUCCESSION'],
    attestation: {
      folder: resolve(env['ATTESTATION_DIR'] ?? join(dataDir, 'attestation')),
      policy: env['POLICY'],
      witnesses: readWitnesses(env['WITNESSES'] ?? ''),
      includeWithin: number(env, 'INCLUDE_WITHIN', DEFAULT_INCLUDE_WITHIN, 1, A_DAY),
    },
    cacheBytes: number(env, 'CACHE_MIB', DEFAULT_CACHE_MIB, 8, 1_048_576) * MIB,
    snapshotHours: readSnapshotHours(env),
    kafka: readKafka(env),
  };
}

function readSnapshotHours(env: Readonly<Record<string, string | undefined>>): Config['snapshotHours'] {
  const valid = number(env, 'SNAPSHOT_HOURS', DEFAULT_SNAPSHOT_HOURS, 1, MOST_SNAPSHOT_HOURS);
  return { valid, fresh: number(env, 'SNAPSHOT_FRESH_HOURS', Math.min(DEFAULT_SNAPSHOT_FRESH_HOURS, valid), 1, valid) };
}

function readKafka(env: Readonly<Record<string, string | undefined>>): Config['kafka'] {
  try {
    const settings = readBrokerSettings(env, 'cytoledger');
    if (!settings) return null;
    const partitions = number(env, 'KAFKA_PARTITIONS', DEFAULT_PARTITIONS, 1, MOST_PARTITIONS);
    return { settings, relayId: env['RELAY_ID'] || undefined, partitions };
  } catch (error) {
    throw error instanceof MessagingError ? new ConfigError(error.message) : error;
  }
}

/** `host:port` */
function readVaultListen(env: Readonly<Record<string, string | undefined>>): Config['vaultListen'] {
  const { VAULT_LISTEN: text, VAULT_TLS_CERT: cert, VAULT_TLS_KEY: key } = env;
  if (!text) return null;
  const [, host, port] = /^(\[[\da-f:]+\]|[^\s:/]+):(\d{1,5})$/i.exec(text) ?? [];
  if (!host || Number(port) > 65_535) throw new ConfigError(`VAULT_LISTEN: ${text} is not host:port`);
  if ((cert === undefined) !== (key === undefined)) throw new ConfigError('VAULT_TLS_CERT and VAULT_TLS_KEY go together');
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(port),
    tls: cert === undefined || key === undefined ? undefined : { cert, key },
  };
}

/** As it stands, or in the file that `…_FILE` names: an environment is read by more than its process. */
function secret(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const path = env[`${name}_FILE`];
  if (path === undefined) return env[name];
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new ConfigError(`${name}_FILE: ${path} cannot be read`, { cause });
  }
}

/** `name=url,…` */
function readWitnesses(text: string): Config['attestation']['witnesses'] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.filter(Boolean).map((part) => {
    const at = part.indexOf('=');
    const [name, url] = [part.slice(0, at), part.slice(at + 1)];
    if (at < 1 || !/^https?:/.test(url) || !URL.canParse(url)) throw new ConfigError(`WITNESSES: ${part} is not name=http…`);
    return { name, url };
  });
}

/** Whether a process of this configuration mounts a service. */
export function mounts({ services }: Pick<Config, 'services'>, name: string): boolean {
  return services.length === 0 || services.includes(name);
}

function readAuth(env: Readonly<Record<string, string | undefined>>): Config['auth'] {
  const { JWKS_URL: jwks, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = env;
  if (!jwks && !issuer && !audience) return null;
  if (!jwks || !issuer || !audience) throw new ConfigError('JWKS_URL, JWT_ISSUER and JWT_AUDIENCE go together');
  if (!URL.canParse(jwks)) throw new ConfigError(`JWKS_URL is not a URL: ${jwks}`);
  return { jwksUrl: new URL(jwks), issuer, audience };
}

function number(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  fallback: number,
  min: number,
  max: number,
): number {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new ConfigError(`${name}=${text}: a whole number from ${min} to ${max} is expected`);
  return value;
}
