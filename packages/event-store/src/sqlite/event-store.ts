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
import type { LogFilter, PackedPage, ReaderReply, ReaderRequest, ReadQuery, WriterReply, WriterRequest } from './messages.ts';
import type { OwnCommits } from './own-commits.ts';
import type { ReadQueue } from './read-queue.ts';
import { unpackPage } from './stored-page.ts';
import { type LogPage, TailPages } from './tail-pages.ts';
import type { Thread } from './thread.ts';

/** The writing side; absent when the log was opened read-only. */
export type Writing = {
  readonly queue: AppendQueue;
  readonly commits: OwnCommits;
  readonly thread: Thread<WriterRequest, WriterReply>;
};
export type Reading = { readonly queue: ReadQueue; readonly thread: Thread<ReaderRequest, ReaderReply> };

/** Another process writes the log that this one opened read-only: its commits are looked for at this interval. */
const POLL_MS = 200;
/** Subscribers that are not further behind than this share what they read. */
const SHARED_TAIL = 4_000;

export class SqliteEventStore implements EventStore {
  readonly checksBasis = true;
  readonly #path: string;
  readonly #writing: Writing | undefined;
  readonly #reading: Reading;
  readonly #end: LogEnd;
  readonly #tail = new TailPages((after) => this.#ask({ kind: 'log', after, limit: Number.MAX_SAFE_INTEGER }));
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
    let next = this.#ask({ kind: 'log', after, limit: left });
    for (;;) {
      const page = await next;
      until ??= page.head;
      left -= page.events;
      after = page.reached;
      const end = page.end || left === 0 || after >= until;
      if (!end) next = this.#askAhead({ kind: 'log', after, limit: left });
      if (page.events > 0) yield unpackPage(page);
      if (end) return;
    }
  }

  async headPosition(): Promise<Position | undefined> {
    const { head } = await this.#ask({ kind: 'headPosition' });
    return head === 0 ? undefined : (String(head) as Position);
  }

  async *subscribe({
    after,
    streamPrefixes: streams = [],
    typePrefixes: types = [],
    mentioning,
    signal,
  }: SubscribeOptions = {}): AsyncGenerator<Batch> {
    let reached = positionNumber(after);
    let told = false;
    const filter = streams.length + types.length > 0 || mentioning ? { streams, types, mentioning } : undefined;
    if (mentioning) this.#writing?.commits.watch(mentioning);
    const ends = () => signal?.aborted === true || this.#closing !== undefined;
    while (!ends()) {
      const page = await this.#pageAfter(reached, filter).catch((error: unknown) => {
        if (this.#closing) return undefined;
        throw error;
      });
      if (!page || ends()) return;
      const { events, end } = page;
      const news = page.reached > reached;
      if (news || (!told && page.reached > 0)) {
        reached = page.reached;
        told = end;
        yield { events, position: String(reached) as Position, caughtUp: end };
      }
      if (end && !ends()) await this.#end.beyond(reached, signal, this.#writing ? undefined : POLL_MS);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#end.wake();
    await this.#writing?.queue.drained();
    await this.#reading.thread.close();
    this.#reading.queue.end({ code: 'closed', message: `${this.#path} is closed`, details: {} });
    // The last to close empties the write-ahead log into the file.
    await this.#writing?.thread.close();
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

  /**
   * Near the end of the log those who follow all of it share its pages: each commit is then read and unpacked once, not once for each.
   * What a filter holds back is not even read.
   */
  async #pageAfter(reached: number, filter: LogFilter | undefined): Promise<LogPage> {
    if (!filter && this.#end.head - reached <= SHARED_TAIL) return this.#tail.after(reached);
    const passed = filter && this.#writing ? this.#writing.commits.passedBy(filter, reached) : reached;
    if (passed > reached) return { events: [], reached: passed, end: passed >= this.#end.head };
    const page = await this.#ask({
      kind: 'log',
      after: reached,
      limit: Number.MAX_SAFE_INTEGER,
      ...(filter && { filter }),
    });
    return { events: unpackPage(page), reached: page.reached, end: page.end };
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
