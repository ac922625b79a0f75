import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import { checkDigest, checkEntry, checkRestriction, checkSubject } from '../entry.ts';
import { VaultError, type VaultErrorCode } from '../errors.ts';
import type { DisclosureEntry, OpenedDisclosure, Vault } from '../port.ts';
import type { Answer, Ask, Reply, Request } from './messages.ts';

export type SqliteVaultOptions = {
  /** Sealed disclosures; its folder is made. */
  readonly dataPath: string;
  /** Subject keys, in a file of their own: whoever restores an old copy of it undoes erasures, so it is backed up differently, or not. */
  readonly keysPath: string;
  /**
   * The list of erasures and restrictions: backed up often and kept for ever, like the log. A key file from an older backup is brought up to it.
   * Default: `register.ndjson` beside {@link dataPath}.
   */
  readonly registerPath?: string | undefined;
  /** 32 bytes under which subject keys are sealed in the key file; kept elsewhere. Without one they stand there as they are. */
  readonly masterKey?: Uint8Array | undefined;
  /** The master key before this one (`none`: there was none). Keys that still stand under it are sealed anew, all or none. */
  readonly formerMasterKey?: Uint8Array | 'none' | undefined;
};

const CACHED_SALT_KEYS = 10_000;
const MAX_WAITING_BYTES = 32 * 1024 * 1024;

type Waiting = {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: VaultError) => void;
  readonly bytes: number;
};

/**
 * A vault in two SQLite files and a list, owned by this process alone. Writes that arrive together share their commits.
 *
 * @throws VaultError `vault-in-use`, `wrong-master-key`, `register-damaged`, `storage-failed`
 */
export async function openSqliteVault(options: SqliteVaultOptions): Promise<Vault> {
  const worker = new Worker(new URL('./vault-thread.ts', import.meta.url), {
    workerData: { ...options, registerPath: options.registerPath ?? join(dirname(options.dataPath), 'register.ndjson') },
  });
  const [first] = (await once(worker, 'message')) as ['opened' | { error: { code: VaultErrorCode; message: string } }];
  if (first !== 'opened') throw new VaultError(first.error.code, first.error.message);
  return new SqliteVault(worker);
}

class SqliteVault implements Vault {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private readonly saltKeys = new LRUCache<string, Buffer>({ max: CACHED_SALT_KEYS });
  private outbox: Request[] = [];
  private waitingBytes = 0;
  private nextId = 0;
  private closing: Promise<void> | undefined;

  constructor(worker: Worker) {
    this.worker = worker;
    worker.on('message', (replies: Reply[]) => {
      for (const reply of replies) this.settle(reply);
    });
    worker.on('error', (cause) =>
      this.fail(new VaultError('storage-failed', `the vault's thread ended: ${(cause as Error).message}`, { cause })),
    );
    worker.on('exit', () => this.fail(new VaultError('closed', 'the vault is closed')));
  }

  async saltKey(subject: string): Promise<Buffer> {
    const cached = this.saltKeys.get(subject);
    if (cached !== undefined && this.closing === undefined) return Buffer.from(cached);
    checkSubject(subject);
    const key = Buffer.from((await this.ask({ op: 'saltKey', subject })) as Uint8Array);
    this.saltKeys.set(subject, key);
    return Buffer.from(key);
  }

  async put(entries: readonly DisclosureEntry[]): Promise<void> {
    let bytes = 0;
    for (const entry of entries) {
      checkEntry(entry);
      bytes += entry.disclosure.length;
    }
    if (this.waitingBytes + bytes > MAX_WAITING_BYTES)
      throw new VaultError('overloaded', 'too many disclosures are waiting to be written');
    if (entries.length > 0) await this.ask({ op: 'put', entries }, bytes);
  }

  async open(digests: readonly string[], options = {}): Promise<Map<string, OpenedDisclosure>> {
    for (const digest of digests) checkDigest(digest);
    return (await this.ask({ op: 'open', digests, options })) as Map<string, OpenedDisclosure>;
  }

  async erase(subject: string): Promise<void> {
    checkSubject(subject);
    await this.ask({ op: 'erase', subject });
    // After the answer, so that a salt key asked for meanwhile does not come back into the cache.
    this.saltKeys.get(subject)?.fill(0);
    this.saltKeys.delete(subject);
  }

  async restrict(subject: string, until: string | null, reason: string): Promise<void> {
    checkSubject(subject);
    checkRestriction(until, reason);
    await this.ask({ op: 'restrict', subject, until, reason });
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    const ended = once(this.worker, 'exit');
    await this.send({ op: 'close' }, 0);
    await ended;
    this.saltKeys.clear();
  }

  private ask(ask: Ask, bytes = 0): Promise<Answer> {
    if (this.closing !== undefined) return Promise.reject(new VaultError('closed', 'the vault is closed'));
    return this.send(ask, bytes);
  }

  /** What is asked in one turn crosses to the thread in one message. */
  private send(ask: Ask, bytes: number): Promise<Answer> {
    const id = this.nextId++;
    if (this.outbox.length === 0) queueMicrotask(() => this.post());
    this.outbox.push({ id, ask });
    this.waitingBytes += bytes;
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject, bytes }));
  }

  private post(): void {
    const requests = this.outbox;
    this.outbox = [];
    this.worker.postMessage(requests);
  }

  private settle(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    if (waiting === undefined) return;
    this.waiting.delete(reply.id);
    this.waitingBytes -= waiting.bytes;
    if ('error' in reply) waiting.reject(new VaultError(reply.error.code, reply.error.message));
    else waiting.resolve(reply.answer);
  }

  private fail(error: VaultError): void {
    this.closing ??= Promise.resolve();
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
    this.waitingBytes = 0;
  }
}
