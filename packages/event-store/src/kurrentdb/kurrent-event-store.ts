import { checkAppend } from '../append-rules.ts';
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
  type ReadAllOptions,
  type ReadStreamOptions,
  type StoredEvent,
  type SubscribeOptions,
} from '../port.ts';
import { append } from './append.ts';
import { type Connection, closedError } from './connection.ts';
import { headerId } from './header-id.ts';
import { logPosition } from './log-position.ts';
import { headPosition, readAll, readLast, readStream } from './read.ts';
import type { RetentionGuard } from './retention-guard.ts';
import { StreamIds } from './stream-ids.ts';
import { subscribe } from './subscription.ts';

const HEADS_AT_ONCE = 32;
const RETRY_AFTER_MS = 100;

export type KurrentSettings = {
  readonly appendDeadlineMs: number;
  readonly readPatienceMs: number;
  readonly maxWaitingBytes: number;
};

export class KurrentEventStore implements EventStore {
  readonly checksBasis = false;
  readonly #connection: Connection;
  readonly #guard: RetentionGuard;
  readonly #settings: KurrentSettings;
  readonly #ids = new StreamIds();
  readonly #appending = new Set<Promise<unknown>>();
  #waitingBytes = 0;
  #closing: Promise<void> | undefined;

  constructor(connection: Connection, guard: RetentionGuard, settings: KurrentSettings) {
    this.#connection = connection;
    this.#guard = guard;
    this.#settings = settings;
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly EventToAppend[],
    options: AppendOptions = {},
  ): Promise<Appended> {
    this.#refuseWhenClosed();
    const bytes = checkAppend(stream, expected, events, options);
    for (const event of events) checkHeader(stream, event);
    this.#guard.refuseUnsafe();
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > this.#settings.maxWaitingBytes) {
      throw new EventStoreError('overloaded', `${this.#waitingBytes} bytes are on their way to the server already`, {
        stream,
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    const copies = events.map((event) => ({
      ...event,
      header: Uint8Array.from(event.header),
      body: Uint8Array.from(event.body),
    }));
    const appending = this.#append(stream, expected, copies);
    this.#waitingBytes += bytes;
    this.#appending.add(appending);
    try {
      return await appending;
    } finally {
      this.#waitingBytes -= bytes;
      this.#appending.delete(appending);
    }
  }

  async #append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<Appended> {
    const head = expected === 'none' ? -1 : expected;
    await this.#learn(stream, head);
    if (this.#ids.known(stream) === head) this.#refuseDuplicates(stream, events);
    const appended = await append(this.#connection, stream, expected, events, this.#settings);
    if (this.#ids.known(stream) === head) {
      this.#ids.learn(
        stream,
        events.map(({ id }, i) => ({ id, revision: appended.firstRevision + i })),
      );
    }
    return appended;
  }

  #refuseDuplicates(stream: string, events: readonly EventToAppend[]): void {
    for (const { id } of events) {
      const revision = this.#ids.revisionOf(stream, id);
      if (revision === undefined) continue;
      throw new EventStoreError('duplicate-event-id', `event ${id} stands in ${stream} already, at ${revision}`, {
        stream,
        eventId: id,
      });
    }
  }

  /** The ids of the stream up to that revision, or its end. */
  async #learn(stream: string, upTo: number): Promise<void> {
    const from = this.#ids.known(stream) + 1;
    if (from > upTo) return;
    for await (const page of readStream(this.#connection, stream, { from, limit: upTo - from + 1 }, this.#settings)) {
      this.#ids.learn(stream, page);
    }
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncGenerator<readonly StoredEvent[]> {
    this.#refuseWhenClosed();
    for await (const page of readStream(this.#connection, stream, options, this.#settings)) {
      // Whoever appends has read the stream first: its ids need not be fetched again.
      this.#ids.learn(stream, page);
      yield page;
    }
  }

  async findById(stream: string, id: string): Promise<StoredEvent | undefined> {
    this.#refuseWhenClosed();
    if (this.#ids.revisionOf(stream, id) === undefined) await this.#learn(stream, Number.POSITIVE_INFINITY);
    const from = this.#ids.revisionOf(stream, id);
    if (from === undefined) return undefined;
    for await (const page of readStream(this.#connection, stream, { from, limit: 1 }, this.#settings)) return page[0];
    return undefined;
  }

  async heads(streams: readonly string[]): Promise<ReadonlyMap<string, Head>> {
    this.#refuseWhenClosed();
    const heads = new Map<string, Head>();
    const waiting = [...new Set(streams)];
    const look = async () => {
      for (let stream = waiting.pop(); stream !== undefined; stream = waiting.pop()) {
        const last = await readLast(this.#connection, stream, this.#settings);
        if (last) heads.set(stream, { revision: last.revision, position: last.position, header: last.header });
      }
    };
    await Promise.all(Array.from({ length: Math.min(HEADS_AT_ONCE, waiting.length) }, look));
    return heads;
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<readonly StoredEvent[]> {
    this.#refuseWhenClosed();
    if (options.after !== undefined) logPosition(options.after);
    yield* readAll(this.#connection, options, this.#settings);
  }

  async headPosition(): Promise<Position | undefined> {
    this.#refuseWhenClosed();
    return headPosition(this.#connection, this.#settings);
  }

  async *subscribe(options: SubscribeOptions = {}): AsyncGenerator<Batch> {
    this.#refuseWhenClosed();
    if (options.after !== undefined) logPosition(options.after);
    yield* subscribe(this.#connection, options, this.#settings);
  }

  close(): Promise<void> {
    this.#closing ??= Promise.allSettled([...this.#appending]).then(() => this.#connection.close());
    return this.#closing;
  }

  #refuseWhenClosed(): void {
    if (this.#closing) throw closedError();
  }
}

function checkHeader(stream: string, { id, header }: EventToAppend): void {
  if (headerId(header) === id) return;
  throw new EventStoreError('invalid-append', `the header of event ${id} must be a JSON object with that id`, {
    stream,
    eventId: id,
  });
}
