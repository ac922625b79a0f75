import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type Commands, type CommandsOptions, createCommands } from '@cytoledger/commands';
import { donations, persons, registry } from '@cytoledger/domain';
import { type EventStore, openSqliteEventStore, type StoredEvent } from '@cytoledger/event-store';
import { openSqliteVault, type Vault } from '@cytoledger/vault';
import type { FastifyInstance } from 'fastify';
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import { pino } from 'pino';
import { createApp } from './app.ts';
import type { WhenAttested } from './attested.ts';
import { authenticator } from './caller.ts';
import { createMetrics } from './metrics.ts';
import type { Role } from './roles.ts';
import { type Service, service } from './service.ts';

const CLINIC: readonly Role[] = ['hospital.nurse', 'hospital.physician'];

/** As small as a service can be that shows everything the kit does. */
export const office: Service = service('office', { en: 'Office', zh: '办公室' }, (desk) => {
  desk.fact('POST /v1/persons/:personId', persons.registered, { by: CLINIC, as: 'any' });
  desk.fact('POST /v1/persons/:personId/screenings', persons.screened, { by: CLINIC, as: ['owner'] });
  desk.fact('POST /v1/persons/:personId/corrections', persons.corrected, { by: CLINIC, as: ['owner'] });
  desk.fact('POST /v1/persons/:personId/deviations/:deviation/closure', persons.deviationClosed, {
    by: ['hospital.physician'],
    as: ['owner'],
    fill: { deviation: 'deviation' },
  });
  desk.fact('POST /v1/donations/:donationId', donations.registered, { by: CLINIC, as: 'any' });
  desk.fact('POST /v1/staff/:staffId', registry.staffEnrolled, { by: ['site.admin'], as: 'any' });
  desk.query('GET /v1/slow/:ms', {
    title: { en: 'Waits', zh: '等待' },
    permission: { by: CLINIC },
    handle: async ({ params }) => {
      await new Promise((resolve) => setTimeout(resolve, Number(params['ms'])));
      return { body: { waited: params['ms'] } };
    },
  });
  desk.query('GET /v1/broken', {
    title: { en: 'Breaks', zh: '出错' },
    permission: { by: CLINIC },
    handle: () => {
      throw new TypeError('a defect');
    },
  });
});

export const ISSUER = 'urn:specification';
export const AUDIENCE = 'cytoledger';

export type Claims = { readonly org: unknown; readonly roles: unknown; readonly person?: string; readonly client_id?: string };

export type Issuer = {
  readonly jwks: JSONWebKeySet;
  token(claims?: Partial<Claims>, over?: { audience?: string; issuer?: string; expires?: string | null }): Promise<string>;
};

export async function newIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  return {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA', use: 'sig', kid: 'k' }] },
    token: (claims, { audience = AUDIENCE, issuer = ISSUER, expires = '1h' } = {}) => {
      const token = new SignJWT({ org: 'clinic-a', person: 'staff-0001', roles: ['hospital.nurse'], ...claims })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
        .setIssuer(issuer)
        .setAudience(audience);
      return (expires === null ? token : token.setExpirationTime(expires)).sign(privateKey);
    },
  };
}

export type Office = {
  readonly app: FastifyInstance;
  readonly commands: Commands;
  readonly store: EventStore;
  readonly vault: Vault;
  readonly issuer: Issuer;
  /** Everything that was logged, at the most talkative level. */
  readonly logged: () => string;
  /** Posts JSON as a nurse of clinic-a, unless another token is given. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  authorised(claims?: Partial<Claims>): Promise<Record<string, string>>;
  events(): Promise<StoredEvent[]>;
  /** Requests that have arrived over the network. */
  readonly requests: () => number;
  /** Listens on a free port of the loopback interface. */
  listen(): Promise<number>;
  close(): Promise<void>;
};

export type Answer = {
  readonly status: number;
  readonly type: string;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a server answered is read by what the specification expects of it
  readonly body: any;
};

export async function openOffice(
  options: Partial<CommandsOptions> & { wrapStore?: (store: EventStore) => EventStore; whenAttested?: WhenAttested } = {},
): Promise<Office> {
  const folder = await mkdtemp(join(tmpdir(), 'kit-'));
  const opened = await openSqliteEventStore({ path: join(folder, 'log.db') });
  const store = options.wrapStore?.(opened) ?? opened;
  const vault = await openSqliteVault({ dataPath: join(folder, 'vault.db'), keysPath: join(folder, 'keys.db') });
  const commands = createCommands({ store, vault, operator: 'operator', nonceKey: randomBytes(32), ...options });
  const issuer = await newIssuer();
  let requests = 0;
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const app = await createApp({
    services: [office],
    commands,
    ...(options.whenAttested && { whenAttested: options.whenAttested }),
    authenticate: authenticator({ issuer: ISSUER, audience: AUDIENCE, jwks: issuer.jwks }),
    metrics: createMetrics(),
    logger: pino({ level: 'trace' }, sink),
    version: '0.0.0',
  });
  const authorised = async (claims?: Partial<Claims>) => ({ authorization: `Bearer ${await issuer.token(claims)}` });
  const inject = async (
    method: 'GET' | 'POST',
    url: string,
    headers: Record<string, string>,
    payload?: string | Buffer,
  ): Promise<Answer> => {
    const response = await app.inject({
      method,
      url,
      headers: { ...(await authorised()), ...headers },
      ...(payload !== undefined && { payload }),
    });
    const type = String(response.headers['content-type'] ?? '');
    return {
      status: response.statusCode,
      type,
      headers: response.headers,
      text: response.body,
      body: /json/.test(type) && !/ndjson/.test(type) ? response.json() : undefined,
    };
  };
  app.server.on('request', () => requests++);
  return {
    ...{ app, commands, store, vault, issuer, authorised },
    requests: () => requests,
    logged: () => lines.join(''),
    post: (path, body, headers = {}) =>
      inject(
        'POST',
        path,
        { 'content-type': 'application/json', ...headers },
        typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      ),
    get: (path, headers = {}) => inject('GET', path, headers),
    events: async () => {
      const events: StoredEvent[] = [];
      for await (const page of store.readAll()) events.push(...page);
      return events;
    },
    listen: async () => {
      await app.listen({ host: '127.0.0.1', port: 0 });
      return (app.server.address() as AddressInfo).port;
    },
    close: async () => {
      await app.close();
      await commands.drain();
      await store.close();
      await vault.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A fresh UUIDv7. */
export function eventId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const random = randomBytes(10).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

/** What is posted for one fact. */
export function said(data: object, over: object = {}): Record<string, unknown> {
  return {
    id: eventId(),
    occurredAt: new Date().toISOString(),
    capture: { mode: 'direct', precision: 's' },
    data,
    ...over,
  };
}
