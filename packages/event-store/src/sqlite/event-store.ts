import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import {
  type Appended,
  type AppendOptions,
  type Batch,
  type EventStore,
  EventStoreError,
  type EventToAppend,
  type ExpectedRevision,
  type Head,
  type Position,
  parsePosition,
  type ReadAllOptions,
  type ReadStreamOptions,
  type StoredEvent,
  type SubscribeOptions,
} from '../port.ts';
import type { AppendQueue } from './append-queue.ts';
import type { LogEnd } from './log-end.ts';
import type { PackedPage, ReadQuery } from './messages.ts';
import type { ReadQueue } from './read-queue.ts';
import { unpackPage } from './stored-page.ts';

export type Thread = { readonly worker: Worker; readonly ended: Promise<void> };

/** The writing side; absent when the log was opened read-only. */
export type Writing = { readonly queue: AppendQueue; readonly thread: Thread };
export type Reading = { readonly queue: ReadQueue; readonly thread: Thread };

/** Another process writes the log that this one opened read-only: its commits are looked for at this interval. */
const POLL_MS = 200;

export class SqliteEventStore implements EventStore {
  readonly checksBasis = true;
  readonly #path: string;
  readonly #writing: Writing | undefined;
  readonly #reading: Reading;
  readonly #end: LogEnd;
  #closing: Promise<void> | undefined;

  constructor(path: string, writing: Writing | undefined, reading: Reading, end: LogEnd) {
    this.#path = path;
    this.#writing = writing;
    this.#reading = reading;
    this.#end = end;
  }

  append(
    stream: string,
    expectedRevision: ExpectedRevision,
    events: readonly EventToAppend[],
    options?: AppendOptions,
  ): Promise<Appended> {
    if (this.#closing) return Promise.reject(this.#closed());
    if (!this.#writing) return Promise.reject(new EventStoreError('read-only', `${this.#path} was opened read-only`));
    return this.#writing.queue.append(stream, expectedRevision, events, options);
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncGenerator<readonly StoredEvent[]> {
    const backwards = options.direction === 'backwards';
    let from = options.from;
    let left = options.limit ?? Number.MAX_SAFE_INTEGER;
    if (left <= 0) return;
    let next = this.#ask({ kind: 'stream', stream, from, backwards, limit: left });
    for (;;) {
      const page = await next;
      const events = unpackPage(page);
      const last = events.at(-1);
      if (!last) return;
      left -= events.length;
      from = last.revision + (backwards ? -1 : 1);
      const end = page.end || left === 0 || from < 0;
      if (!end) next = this.#askAhead({ kind: 'stream', stream, from, backwards, limit: left });
      yield events;
      if (end) return;
    }
  }

  async findById(stream: string, id: string): Promise<StoredEvent | undefined> {
    const page = await this.#ask({ kind: 'byId', stream, id });
    return unpackPage(page)[0];
  }

  async heads(streams: readonly string[]): Promise<ReadonlyMap<string, Head>> {
    const page = await this.#ask({ kind: 'heads', streams });
    return new Map(unpackPage(page).map(({ stream, revision, position, header }) => [stream, { revision, position, header }]));
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<readonly StoredEvent[]> {
    let after = positionNumber(options.after);
    let left = options.limit ?? Number.MAX_SAFE_INTEGER;
    if (left <= 0) return;
    let until: number | undefined;
    let next = this.#ask({ kind: 'log', after, limit: left, prefixes: [] });
    for (;;) {
      const page = await next;
      until ??= page.head;
      left -= page.events;
      after = page.reached;
      const end = page.end || left === 0 || after >= until;
      if (!end) next = this.#askAhead({ kind: 'log', after, limit: left, prefixes: [] });
      if (page.events > 0) yield unpackPage(page);
      if (end) return;
    }
  }

  async headPosition(): Promise<Position | undefined> {
    const { head } = await this.#ask({ kind: 'headPosition' });
    return head === 0 ? undefined : (String(head) as Position);
  }

  async *subscribe({ after, streamPrefixes = [], signal }: SubscribeOptions = {}): AsyncGenerator<Batch> {
    let reached = positionNumber(after);
    let told = false;
    const ends = () => signal?.aborted === true || this.#closing !== undefined;
    using aborted = abortion(signal);
    while (!ends()) {
      const moved = this.#end.moved();
      const query = { kind: 'log', after: reached, limit: Number.MAX_SAFE_INTEGER, prefixes: streamPrefixes } as const;
      const page = await this.#ask(query).catch((error: unknown) => {
        if (this.#closing) return undefined;
        throw error;
      });
      if (!page || ends()) return;
      const news = page.reached > reached;
      if (news || (!told && page.reached > 0)) {
        reached = page.reached;
        told = page.end;
        yield { events: unpackPage(page), position: String(reached) as Position, caughtUp: page.end };
      }
      if (page.end && !ends()) await Promise.race([moved, aborted.promise, ...this.#polling()]);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#end.wake();
    await this.#writing?.queue.drained();
    this.#reading.thread.worker.postMessage({ kind: 'close' });
    await this.#reading.thread.ended;
    this.#reading.queue.end({ code: 'closed', message: `${this.#path} is closed`, details: {} });
    // The last to close empties the write-ahead log into the file.
    this.#writing?.thread.worker.postMessage({ kind: 'close' });
    await this.#writing?.thread.ended;
  }

  #ask(query: ReadQuery): Promise<PackedPage> {
    return this.#closing ? Promise.reject(this.#closed()) : this.#reading.queue.ask(query);
  }

  /** For a page that may never be fetched, when the loop is left. */
  #askAhead(query: ReadQuery): Promise<PackedPage> {
    const page = this.#ask(query);
    page.catch(() => undefined);
    return page;
  }

  #polling(): Promise<void>[] {
    return this.#writing ? [] : [delay(POLL_MS)];
  }

  #closed(): EventStoreError {
    return new EventStoreError('closed', `${this.#path} is closed`);
  }
}

function positionNumber(position: Position | undefined): number {
  if (position === undefined) return 0;
  const number = Number(parsePosition(position));
  if (!Number.isSafeInteger(number)) {
    throw new EventStoreError('invalid-position', `not a position of this log: ${position}`);
  }
  return number;
}

function abortion(signal: AbortSignal | undefined): { promise: Promise<void> } & Disposable {
  const { promise, resolve } = Promise.withResolvers<void>();
  const raise = () => resolve();
  signal?.addEventListener('abort', raise, { once: true });
  return { promise, [Symbol.dispose]: () => signal?.removeEventListener('abort', raise) };
}
