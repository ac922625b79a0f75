/**
 * The event log port: one append-only log, one global order, read by stream or as a whole.
 *
 * Headers and bodies are opaque bytes, stored and returned verbatim. The port knows nothing of cells, digests or JSON; an adapter
 * may read the id from the header, nothing else.
 */

/**
 * A place in the log: opaque to callers, ordered by {@link comparePositions}, safe in JSON and in a URL. Groups of decimal digits
 * without leading zeros, joined by `-`: one group for SQLite, two (commit, prepare) for KurrentDB.
 */
export type Position = string & { readonly __brand: 'Position' };

/** The revision that a stream must be at for an append to happen: that of its newest event (0-based), or `none` for no event yet. */
export type ExpectedRevision = number | 'none';

export type EventToAppend = {
  /** UUID in its canonical lower-case text form; unique within its stream. */
  readonly id: string;
  /** e.g. `batch.harvested.v1`. */
  readonly type: string;
  /** At most 65,535 bytes, like {@link body}. */
  readonly header: Uint8Array;
  readonly body: Uint8Array;
};

export type StoredEvent = EventToAppend & {
  readonly stream: string;
  /** 0-based, without gaps within the stream. */
  readonly revision: number;
  readonly position: Position;
};

/** What a stream's head must still be for an append elsewhere to happen. */
export type BasisHead = { readonly stream: string; readonly revision: ExpectedRevision };

export type AppendOptions = {
  /**
   * Heads that the decision was based on. An adapter whose {@link EventStore.checksBasis} is true checks them inside the commit and
   * fails with `basis-moved`; another ignores them, and the caller rereads those heads afterwards.
   */
  readonly basis?: readonly BasisHead[];
};

export type Appended = {
  /** Revision of the first event of this append; the others follow without a gap. */
  readonly firstRevision: number;
  /** One for each event, ascending. */
  readonly positions: readonly Position[];
};

export type Head = { readonly revision: number; readonly position: Position; readonly header: Uint8Array };

export type ReadStreamOptions = {
  /** First revision wanted (forwards), or the last (backwards). Default: the beginning, or the end. */
  readonly from?: number;
  readonly direction?: 'forwards' | 'backwards';
  /** At most so many events. */
  readonly limit?: number;
};

export type ReadAllOptions = {
  /** Only events after this position. Default: from the beginning. */
  readonly after?: Position | undefined;
  readonly limit?: number;
};

export type Mentioning = { readonly typePrefixes: readonly string[]; readonly text: string };

export type SubscribeOptions = {
  readonly after?: Position | undefined;
  /** Deliver only streams that begin with one of these, e.g. `batch-`. Default: all. */
  readonly streamPrefixes?: readonly string[];
  /** Deliver only events whose type begins with one of these, e.g. `batch.opened.` for all its versions. Default: all. */
  readonly typePrefixes?: readonly string[];
  /** Of events whose type begins with one of these, deliver only those whose body holds this text (ASCII). Default: all. */
  readonly mentioning?: Mentioning;
  /** Ends the subscription without an error. */
  readonly signal?: AbortSignal;
};

export type Batch = {
  /** May be empty when a filter let nothing through: the position is still news. */
  readonly events: readonly StoredEvent[];
  /** Everything up to here has been delivered or filtered out: resume with `after: position`. */
  readonly position: Position;
  /** True when this batch reached the end of the log as it was when read. */
  readonly caughtUp: boolean;
};

export interface EventStore {
  /** Whether {@link AppendOptions.basis} is checked inside the commit. */
  readonly checksBasis: boolean;

  /**
   * Appends 1 to 500 events of at most 900 KiB together, all or nothing, and resolves when they are durable.
   *
   * @throws EventStoreError with code `wrong-expected-revision` (nothing stored; `actual` tells the head), `basis-moved` (nothing stored),
   *   `duplicate-event-id` (that id stands in the stream already; nothing stored), `append-too-large` (nothing stored),
   *   `invalid-append` (not a stream name, revision, id or type of this port; nothing stored),
   *   `overloaded` (nothing stored; retry after `retryAfterMs`), `read-only` (an I/O error made the store refuse writes),
   *   `outcome-unknown` (deadline passed or link lost: the events may be stored; reread before trying again), `closed`.
   */
  append(
    stream: string,
    expectedRevision: ExpectedRevision,
    events: readonly EventToAppend[],
    options?: AppendOptions,
  ): Promise<Appended>;

  /** The stream's events in pages of at most 1 MiB; nothing for a stream that does not exist. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<readonly StoredEvent[]>;

  /** The event of that id in that stream. */
  findById(stream: string, id: string): Promise<StoredEvent | undefined>;

  /** The newest event of each of these streams; a stream without events is absent. */
  heads(streams: readonly string[]): Promise<ReadonlyMap<string, Head>>;

  /** The whole log in its order, in pages of at most 1 MiB, up to its end as it was when the reading began (or later). */
  readAll(options?: ReadAllOptions): AsyncIterable<readonly StoredEvent[]>;

  /** The position of the newest event of the log; undefined while it is empty. */
  headPosition(): Promise<Position | undefined>;

  /** Catch-up, then live, without end: every event exactly once, in log order, none ever skipped. A slow reader costs no memory. */
  subscribe(options?: SubscribeOptions): AsyncIterable<Batch>;

  /** Finishes what was accepted, then frees everything. Later calls fail with `closed`; subscriptions end. */
  close(): Promise<void>;
}

/** Negative, zero or positive, as `a` stands before, at or after `b`. */
export function comparePositions(a: Position, b: Position): number {
  if (a === b) return 0;
  const left = a.split('-');
  const right = b.split('-');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const l = left[i] ?? '';
    const r = right[i] ?? '';
    if (l.length !== r.length) return l.length - r.length;
    if (l !== r) return l < r ? -1 : 1;
  }
  return 0;
}

/** @throws EventStoreError with code `invalid-position` when the text is not one. */
export function parsePosition(text: string): Position {
  if (!/^(0|[1-9]\d{0,19})(-(0|[1-9]\d{0,19}))?$/.test(text)) {
    throw new EventStoreError('invalid-position', `not a log position: ${JSON.stringify(text.slice(0, 60))}`);
  }
  return text as Position;
}

export type EventStoreErrorCode =
  | 'wrong-expected-revision'
  | 'basis-moved'
  | 'duplicate-event-id'
  | 'append-too-large'
  | 'invalid-append'
  | 'overloaded'
  | 'read-only'
  | 'outcome-unknown'
  | 'closed'
  | 'invalid-position'
  | 'locked'
  | 'corrupt'
  | 'unsafe-configuration';

/** The one error of this port; `code` says which. */
export class EventStoreError extends Error {
  readonly code: EventStoreErrorCode;
  readonly details: EventStoreErrorDetails;

  constructor(code: EventStoreErrorCode, message: string, details: EventStoreErrorDetails & { cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'EventStoreError';
    this.code = code;
    const { cause: _, ...rest } = details;
    this.details = rest;
  }
}

export type EventStoreErrorDetails = {
  readonly stream?: string;
  readonly expected?: ExpectedRevision;
  /** The true head, always read from the log, never guessed. */
  readonly actual?: ExpectedRevision;
  readonly eventId?: string;
  readonly retryAfterMs?: number;
};
