import { comparePositions, type EventStore, type Position } from '@cytoledger/event-store';
import { ReadModelError } from './errors.ts';
import type { Checkpoint } from './file/checkpoint.ts';
import { isDamage, openForQueries } from './file/model-file.ts';
import { QueryDatabase } from './file/query-database.ts';
import { type Projecting, projectHere, projectInThread } from './projecting/projecting.ts';
import type { Projection, ProjectionModule } from './projecting/projection.ts';
import { magnitude, type Progress } from './projecting/projector.ts';
import { Waiting } from './waiting.ts';

export type ReadModelOptions = {
  /** The log, as the caller's thread has it open. */
  readonly store: EventStore;
  /** The file; made with its folder when it does not exist. */
  readonly path: string;
  /** On a thread of its own, or on the caller's (for specs and tools: it then takes turns with everything else). */
  readonly projecting:
    | { readonly projection: ProjectionModule /** As for openEventStore. */; readonly eventStore: string }
    | { readonly projection: Projection };
  readonly onProgress?: (progress: Progress) => void;
  readonly log?: (level: 'info' | 'warn' | 'error', message: string) => void;
};

export type Lag = {
  readonly position: Position | null;
  /** How far the log's newest position is ahead: entries in SQLite, bytes of log in KurrentDB; 0 only when nothing is missing. */
  readonly behind: number;
  /** The greatest recordedAt that has been projected. */
  readonly lastEventAt: string | null;
};

/** Longest that a reader is kept waiting for its own write. */
export const MAX_WAIT_MS = 2_000;
const RETRY_AFTER_MS = 500;
/** Events of so long share a commit; who waits for a position pokes at once. */
const GROUP_MS = 250;
/** No stream begins so: the subscription then only tells that the log has moved. */
const NO_STREAM = ['!'];

/**
 * One disposable SQLite file that follows the log, read on the caller's thread. @throws ReadModelError `failed` when projecting cannot begin
 */
export async function startReadModel(options: ReadModelOptions): Promise<ReadModel> {
  const model = new ReadModel(options);
  await model.opened;
  return model;
}

export class ReadModel {
  /** Resolves when a file is there that can be read; whether it has caught up is {@link ready}'s to say. */
  readonly opened: Promise<void>;
  /** Resolves when the log has been projected to its end for the first time. Rejects with `failed` or `closed`. */
  readonly ready: Promise<void>;
  readonly #store: EventStore;
  readonly #path: string;
  readonly #projecting: Projecting;
  readonly #waiting = new Waiting();
  readonly #following = new AbortController();
  #checkpoint: Checkpoint | undefined;
  #head: Position | undefined;
  #db: QueryDatabase | undefined;
  #caughtUp = false;
  #telling: NodeJS.Timeout | undefined;
  #failure: ReadModelError | undefined;
  #closing: Promise<void> | undefined;

  constructor({ store, path, projecting, onProgress, log }: ReadModelOptions) {
    this.#store = store;
    this.#path = path;
    const opened = Promise.withResolvers<void>();
    const ready = Promise.withResolvers<void>();
    this.opened = opened.promise;
    this.ready = ready.promise;
    for (const promise of [this.opened, this.ready]) promise.catch(() => undefined);
    const reports = {
      opened: (checkpoint: Checkpoint) => {
        this.#reopen();
        this.#moveTo(checkpoint);
        opened.resolve();
      },
      committed: (checkpoint: Checkpoint) => this.#moveTo(checkpoint),
      caughtUp: () => {
        this.#caughtUp = true;
        ready.resolve();
      },
      progress: (progress: Progress) => onProgress?.(progress),
      log: (level: 'info' | 'warn' | 'error', message: string) => log?.(level, message),
    };
    this.#projecting =
      'eventStore' in projecting
        ? projectInThread(projecting.eventStore, projecting.projection, path, reports)
        : projectHere(store, projecting.projection, path, reports);
    this.#projecting.ended
      .then(
        () => new ReadModelError('closed', `the read model ${path} is closed`),
        (cause: unknown) => {
          log?.('error', `the read model ${path} stopped: ${cause instanceof Error ? cause.message : String(cause)}`);
          return new ReadModelError('failed', `the read model ${path} stopped projecting`, { cause });
        },
      )
      .then((reason) => {
        this.#failure = reason;
        opened.reject(reason);
        ready.reject(reason);
      });
    void this.#follow();
  }

  /** Whether the log was projected to its end once, and is being followed. */
  get isReady(): boolean {
    return this.#caughtUp && !this.#failure;
  }

  /** Runs queries that all see one state of the file. @throws ReadModelError `failed`, `closed` */
  read<T>(query: (db: QueryDatabase) => T): T {
    if (this.#failure) throw this.#failure;
    this.#db ??= new QueryDatabase(openForQueries(this.#path));
    const db = this.#db;
    try {
      return db.snapshot(() => query(db));
    } catch (error) {
      if (!isDamage(error)) throw error;
      // The projector meets the same damage and builds the file anew.
      this.#reopen();
      this.#projecting.poke();
      throw new ReadModelError('not-yet', 'the read model is damaged and being built anew', {
        retryAfterMs: MAX_WAIT_MS,
        cause: error,
      });
    }
  }

  /**
   * Resolves when everything up to `position` can be read.
   *
   * @param timeoutMs at most {@link MAX_WAIT_MS}
   * @throws ReadModelError `position-beyond-head`, `not-yet` (with `retryAfterMs`), `failed`, `closed`
   */
  async waitFor(position: Position, options: { timeoutMs?: number; signal?: AbortSignal } = {}): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (this.#reached(position)) return;
    const head = await this.#store.headPosition();
    if (head === undefined || comparePositions(position, head) > 0) {
      throw new ReadModelError('position-beyond-head', `the log does not reach to ${position}; its head is ${head ?? 'none'}`);
    }
    this.#projecting.poke();
    if (this.#reached(position)) return;
    const timeoutMs = Math.min(options.timeoutMs ?? MAX_WAIT_MS, MAX_WAIT_MS);
    if (await this.#waiting.until(() => this.#reached(position), timeoutMs, options.signal)) return;
    if (this.#failure) throw this.#failure;
    throw new ReadModelError('not-yet', `position ${position} has not been projected yet`, { retryAfterMs: RETRY_AFTER_MS });
  }

  lag(): Lag {
    const position = this.#checkpoint?.position ?? null;
    const head = this.#head ?? null;
    const ahead = head !== null && (position === null || comparePositions(head, position) > 0);
    return {
      position,
      behind: ahead ? Math.max(1, magnitude(head) - magnitude(position)) : 0,
      lastEventAt: position === null ? null : new Date(this.#checkpoint!.greatestRecorded).toISOString(),
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#following.abort();
    clearTimeout(this.#telling);
    this.#projecting.stop();
    await this.#projecting.ended.catch(() => undefined);
    this.#db?.close();
    this.#db = undefined;
  }

  /** Tells the projector when the log has moved, without reading the events here. */
  async #follow(): Promise<void> {
    const { signal } = this.#following;
    try {
      this.#head = await this.#store.headPosition();
      for await (const { position } of this.#store.subscribe({ after: this.#head, streamPrefixes: NO_STREAM, signal })) {
        this.#head = position;
        this.#tellSoon();
      }
    } catch {
      // The projector looks by itself, if not as soon, and reports what is wrong with the log.
    }
  }

  /** Under load the log moves hundreds of times a second: one message tells of many. */
  #tellSoon(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#projecting.tell();
    }, GROUP_MS).unref();
  }

  #moveTo(checkpoint: Checkpoint): void {
    this.#checkpoint = checkpoint;
    this.#waiting.look();
  }

  #reached(position: Position): boolean {
    const at = this.#checkpoint?.position;
    return at != null && comparePositions(at, position) >= 0;
  }

  /** The file may be another one now. */
  #reopen(): void {
    this.#db?.close();
    this.#db = undefined;
  }
}
