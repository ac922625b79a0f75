import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Body, checkSealed, type Header, leafHash } from '@cytoledger/attest';
import type { AnyFact, Violation } from '@cytoledger/domain';
import { type EventStore, openSqliteEventStore, type StoredEvent } from '@cytoledger/event-store';
import { openSqliteVault, type Vault } from '@cytoledger/vault';
import { type Commands, type CommandsOptions, createCommands } from './commands.ts';
import type { Outcome, Submission } from './submission.ts';

export const LAB = 'lab-a';
export const OPERATOR = 'cytoledger-operator';

/** A fresh UUIDv7, of now or of the given time. */
export function eventId(at = Date.now()): string {
  const time = at.toString(16).padStart(12, '0');
  const random = randomBytes(10).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

export function uuid(): string {
  const random = randomBytes(16).toString('hex');
  return `${random.slice(0, 8)}-${random.slice(8, 12)}-4${random.slice(13, 16)}-8${random.slice(17, 20)}-${random.slice(20)}`;
}

type Over = {
  readonly id?: string;
  readonly org?: string;
  readonly person?: string | null;
  readonly occurredAt?: string | null;
  readonly permit?: Submission['permit'];
};

export function submission(fact: AnyFact, target: string, data: object, over: Over = {}): Submission {
  return {
    fact,
    target,
    actor: { org: over.org ?? LAB, person: over.person ?? 'staff-0001', role: 'lab.operator', client: null },
    correlation: 'specification',
    causation: null,
    ...(over.permit && { permit: over.permit }),
    statement: {
      id: over.id ?? eventId(),
      occurredAt: over.occurredAt === undefined ? new Date().toISOString() : over.occurredAt,
      capture: { mode: 'direct', precision: 's' },
      data: data as never,
    },
  };
}

export type Calls = Record<'append' | 'readStream' | 'findById' | 'heads', number>;

/** A store that counts what is asked of it, and lets a specification come in between. */
export type WatchedStore = EventStore & {
  readonly calls: Calls;
  readonly appends: { readonly stream: string; readonly ids: readonly string[] }[];
  before: (append: { stream: string; ids: readonly string[] }) => Promise<void> | void;
  after: (append: { stream: string; ids: readonly string[] }) => Promise<void> | void;
};

export function watched(store: EventStore, over: Partial<EventStore> = {}): WatchedStore {
  const calls: Calls = { append: 0, readStream: 0, findById: 0, heads: 0 };
  const appends: { stream: string; ids: string[] }[] = [];
  const watcher: WatchedStore = {
    checksBasis: store.checksBasis,
    readAll: (options) => store.readAll(options),
    headPosition: () => store.headPosition(),
    subscribe: (options) => store.subscribe(options),
    close: () => store.close(),
    readStream: (stream, options) => {
      calls.readStream++;
      return store.readStream(stream, options);
    },
    findById: (stream, id) => {
      calls.findById++;
      return store.findById(stream, id);
    },
    heads: (streams) => {
      calls.heads++;
      return store.heads(streams);
    },
    append: async (stream, expected, events, options) => {
      calls.append++;
      const append = { stream, ids: events.map((event) => event.id) };
      appends.push(append);
      await watcher.before(append);
      const appended = await store.append(stream, expected, events, options);
      await watcher.after(append);
      return appended;
    },
    ...over,
    calls,
    appends,
    before: () => {},
    after: () => {},
  };
  return watcher;
}

/** The vault, with some of its answers replaced. */
export function vaultWith(vault: Vault, over: Partial<Vault>): Vault {
  return {
    saltKey: (subject) => vault.saltKey(subject),
    put: (entries) => vault.put(entries),
    open: (digests, options) => vault.open(digests, options),
    erase: (subject) => vault.erase(subject),
    restrict: (subject, until, reason) => vault.restrict(subject, until, reason),
    close: () => vault.close(),
    ...over,
  };
}

export type Laboratory = {
  readonly store: WatchedStore;
  readonly vault: Vault;
  readonly commands: Commands;
  readonly folder: string;
  readonly nonceKey: Uint8Array;
  submit(fact: AnyFact, target: string, data: object, over?: Over): Promise<Outcome>;
  /** Another process's handler on the same log. */
  another(options?: Partial<CommandsOptions>): Commands;
  close(): Promise<void>;
};

/** A command handler on a log and a vault of its own, in a folder that goes away with it. */
export async function openLaboratory(options: Partial<CommandsOptions> = {}, store?: EventStore): Promise<Laboratory> {
  const folder = await mkdtemp(join(tmpdir(), 'commands-'));
  const log = watched(store ?? (await openSqliteEventStore({ path: join(folder, 'log.db') })));
  const vault =
    options.vault ?? (await openSqliteVault({ dataPath: join(folder, 'vault.db'), keysPath: join(folder, 'keys.db') }));
  const nonceKey = randomBytes(32);
  const another = (over: Partial<CommandsOptions> = {}) =>
    createCommands({ store: log, vault, operator: OPERATOR, nonceKey, ...options, ...over });
  const commands = another();
  return {
    store: log,
    vault,
    commands,
    folder,
    nonceKey,
    another,
    submit: (fact, target, data, over) => commands.submit(submission(fact, target, data, over)),
    close: async () => {
      await commands.drain();
      await log.close();
      await vault.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function eventsOf(store: EventStore, stream: string): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const page of store.readStream(stream)) events.push(...page);
  return events;
}

export async function wholeLog(store: EventStore): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const page of store.readAll()) events.push(...page);
  return events;
}

export type Opened = { readonly header: Header; readonly body: Body };

/**
 * Verifies every event of the log and its place in its stream's chain.
 *
 * @throws AttestError for the first that does not hold
 */
export async function verifiedLog(store: EventStore): Promise<Opened[]> {
  const previous = new Map<string, { seq: number; leaf: string; recordedAt: string }>();
  return (await wholeLog(store)).map(({ stream, header, body }) => {
    const opened = checkSealed({ header, body, previous: previous.get(stream) ?? null });
    previous.set(stream, { seq: opened.header.seq, leaf: leafHash(header), recordedAt: opened.header.recordedAt });
    return opened;
  });
}

export function typesOf(events: readonly StoredEvent[]): string[] {
  return events.map((event) => event.type);
}

export function rulesOf(violations: readonly Violation[]): string[] {
  return violations.map((violation) => violation.rule.id);
}

export function recordedOf(outcome: Outcome): Extract<Outcome, { kind: 'recorded' }> {
  if (outcome.kind !== 'recorded') throw new Error(`not recorded: ${JSON.stringify(outcome)}`);
  return outcome;
}

/** Resolves when told. */
export function door(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
