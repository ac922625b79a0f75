import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  COSIGNATURE,
  formatVkey,
  generateKey,
  leafHash,
  POLICY_HEADER,
  readPolicy,
  sealHeader,
  vkeyOf,
} from '@cytoledger/attest';
import { type EventStore, openSqliteEventStore, type ReadAllOptions, type StoredEvent } from '@cytoledger/event-store';
import { v7 } from 'uuid';
import { type Attesting, attestHere } from '../attestor/attesting.ts';
import { PACE, type Pace, type Step } from '../attestor/reports.ts';
import type { SessionOptions } from '../attestor/session.ts';
import { makeSigningKey, type SigningKey } from '../keys.ts';
import { AttestedLog } from '../reading/attested-log.ts';
import { until } from './until.ts';
import { WitnessDouble } from './witness-double.ts';

export const ORIGIN = 'bench.example/log';
/** Everything as soon as possible. */
export const QUICK: Pace = { ...PACE, signEveryMs: 5, headsEveryMs: 20, pollMs: 5, witnessTimeoutMs: 300, retryMs: 20 };

export type BenchOptions = { readonly witnesses?: number; readonly quorum?: number };

/** A log in a folder of its own, its witnesses, and who attests it. */
export class Bench {
  readonly folder: string;
  readonly logKey: SigningKey;
  readonly witnesses: readonly WitnessDouble[];
  readonly monitor = generateKey();
  readonly policyText: string;
  readonly said: string[] = [];
  readonly steps: Step[] = [];
  store!: EventStore;
  attested!: AttestedLog;
  /** Events that the attestor has read from the store. */
  read = 0;
  #attesting: Attesting | undefined;

  private constructor(folder: string, logKey: SigningKey, witnesses: readonly WitnessDouble[], quorum: number) {
    this.folder = folder;
    this.logKey = logKey;
    this.witnesses = witnesses;
    this.policyText = [
      POLICY_HEADER,
      'version 1',
      `origin ${ORIGIN}`,
      `log ${formatVkey(logKey.vkey)}`,
      ...witnesses.map(({ vkey }) => `witness ${vkey}`),
      `monitor ${formatVkey(vkeyOf('monitor.example', this.monitor.publicJwk, COSIGNATURE))}`,
      `quorum ${quorum}`,
      'monitors 1',
      '',
    ].join('\n');
  }

  static async open({ witnesses: count = 4, quorum = 3 }: BenchOptions = {}): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'attestation-'));
    const key = join(folder, 'attestation', 'log.key');
    const logKey = await makeSigningKey(key, ORIGIN);
    const witnesses = await Promise.all(
      Array.from({ length: count }, (_, n) => new WitnessDouble(`witness-${n + 1}.example`).listen()),
    );
    const bench = new Bench(folder, logKey, witnesses, quorum);
    await bench.openStore();
    return bench;
  }

  get path(): string {
    return join(this.folder, 'log.db');
  }

  get attestation(): string {
    return join(this.folder, 'attestation');
  }

  async openStore(): Promise<void> {
    this.store = await openSqliteEventStore({ path: this.path });
  }

  /** Appends events to a stream, sealed as they must be. */
  async say(stream: string, count = 1, over: { seq?: number; prev?: string; recordedAt?: string } = {}): Promise<void> {
    const head = (await this.store.heads([stream])).get(stream);
    let prev = head ? leafHash(head.header) : null;
    const first = head ? head.revision + 1 : 0;
    const recordedAt = over.recordedAt ?? new Date().toISOString();
    const events = Array.from({ length: count }, (_, n) => {
      const id = v7();
      const body = Buffer.from(`{"of":"${id}"}`);
      const seq = over.seq ?? first + n;
      const parts = { id, stream, seq, prev: over.prev ?? prev, recordedAt, body, signatures: [] };
      const { bytes, leaf } = sealHeader(parts);
      prev = leaf;
      return { id, type: 'batch.passaged.v1', header: bytes, body };
    });
    await this.store.append(stream, head?.revision ?? 'none', events);
  }

  async events(): Promise<StoredEvent[]> {
    const all: StoredEvent[] = [];
    for await (const page of this.store.readAll()) all.push(...page);
    return all;
  }

  /** Begins to attest, on this thread. */
  start(over: Partial<SessionOptions> = {}): AttestedLog {
    const policy = readPolicy(this.policyText);
    this.attested = new AttestedLog({
      folder: this.attestation,
      origin: ORIGIN,
      store: this.store,
      policy: { text: this.policyText, policy },
    });
    const { attested } = this;
    this.read = 0;
    this.#attesting = attestHere({
      store: this.#counting(),
      folder: this.attestation,
      origin: ORIGIN,
      logKey: this.logKey,
      policy,
      witnesses: this.witnesses.map(({ name, url }) => ({ name, url })),
      pace: QUICK,
      reports: {
        state: (state) => attested.moved(state),
        log: (level, message) => this.said.push(`${level}: ${message}`),
        step: (step) => this.steps.push(step),
      },
      ...over,
    });
    attested.attestedBy(this.#attesting);
    return attested;
  }

  async stop(): Promise<void> {
    this.#attesting?.stop();
    await this.#attesting?.ended;
    this.#attesting = undefined;
    this.attested?.close();
  }

  /** Attests until so many entries are released and noted, and stops. */
  async attestTo(size: number): Promise<void> {
    this.start();
    await this.released(size);
    await until(() => this.attested.heads?.size === size, `a heads note of ${size}`);
    await this.stop();
  }

  async released(size: number): Promise<void> {
    await until(() => this.attested.size === size, `${size} entries are released`);
  }

  async alarm(code: string): Promise<void> {
    await until(() => this.attested.state.alarm?.code === code, `the alarm ${code}`);
  }

  /** Copies log and attestation, or one of them, while both are at rest. */
  async copy(of: 'log' | 'attestation' | 'all'): Promise<() => Promise<void>> {
    await this.store.close();
    const kept = await mkdtemp(join(tmpdir(), 'attestation-copy-'));
    const source = { log: this.path, attestation: this.attestation, all: this.folder }[of];
    const target = join(kept, of);
    await cp(source, target, { recursive: true });
    await this.openStore();
    return async () => {
      await this.store.close();
      await rm(source, { recursive: true });
      await cp(target, source, { recursive: true });
      await rm(kept, { recursive: true });
      await this.openStore();
    };
  }

  /** As a database administrator would. */
  async sql(statement: string): Promise<void> {
    await this.store.close();
    const db = new DatabaseSync(this.path);
    db.exec(statement);
    db.close();
    await this.openStore();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.store.close();
    for (const witness of this.witnesses) witness.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  #counting(): EventStore {
    const { store } = this;
    const count = (events: number) => {
      this.read += events;
    };
    return {
      ...store,
      readAll: async function* (options: ReadAllOptions) {
        for await (const page of store.readAll(options)) {
          count(page.length);
          yield page;
        }
      },
    } as EventStore;
  }
}
