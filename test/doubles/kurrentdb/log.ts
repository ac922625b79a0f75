import { type Journal, noJournal } from './journal.ts';
import { Retention } from './retention.ts';

export type ProposedEvent = {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly metadata: Uint8Array;
  readonly data: Uint8Array;
};

export type LogRecord = ProposedEvent & {
  readonly stream: string;
  readonly revision: bigint;
  /** Commit and prepare position at once, as for any event that committed itself: a byte offset in the log. */
  readonly position: bigint;
  /** Milliseconds since 1970. */
  readonly created: number;
};

export type Expected = bigint | 'no-stream' | 'any' | 'stream-exists';

export type Outcome =
  | { readonly kind: 'success'; readonly last: bigint; readonly position: bigint }
  | { readonly kind: 'wrong-expected-version'; readonly current: bigint | 'no-stream' }
  | { readonly kind: 'stream-deleted' };

export const TOMBSTONE_REVISION = 9_223_372_036_854_775_807n;
const RECORD_OVERHEAD = 120n;
/** The server keeps the ids of about a million events; few are enough to show that the cache forgets. */
const RECENT_IDS = 64;

/** The server's log: one order, revisions per stream, and its rules about event ids (IndexWriter.CheckCommit in the server's source). */
export class Log {
  readonly records: LogRecord[] = [];
  readonly #streams = new Map<string, LogRecord[]>();
  readonly #recent = new Map<string, LogRecord>();
  readonly #waiting = new Set<() => void>();
  readonly #journal: Journal;
  #end = 0n;

  constructor(journal: Journal = noJournal) {
    this.#journal = journal;
    for (const { stream, events, created } of journal.replay()) this.#store(stream, events, created);
    if (this.records.length === 0) this.#bootstrap();
  }

  append(stream: string, expected: Expected, events: readonly ProposedEvent[]): Outcome {
    if (this.isTombstoned(stream)) return { kind: 'stream-deleted' };
    const current = this.currentRevision(stream);
    const wrong: Outcome = { kind: 'wrong-expected-version', current: current < 0n ? 'no-stream' : current };

    if (expected === 'any' || expected === 'stream-exists') {
      if (expected === 'stream-exists' && current < 0n) return wrong;
      const known = events.map((event) => this.#recent.get(event.id)).filter((record) => record?.stream === stream);
      if (known.length === 0) return this.#commit(stream, events);
      return known.length === events.length ? success(known.at(-1)!) : wrong;
    }

    const from = expected === 'no-stream' ? -1n : expected;
    if (from > current) return wrong;
    if (from === current) return this.#commit(stream, events);
    const there = this.#streams.get(stream)!.slice(Number(from) + 1, Number(from) + 1 + events.length);
    if (there.length === events.length && events.every((event, i) => there[i]!.id === event.id)) return success(there.at(-1)!);
    const nothingAlike = there[0]?.id !== events[0]?.id;
    if (expected === 'no-stream' && nothingAlike && this.retention(stream).softDeleted) return this.#commit(stream, events);
    return wrong;
  }

  /** The hard delete: one last event, after which the name is gone for good. */
  tombstone(stream: string, expected: Expected): Outcome {
    if (this.isTombstoned(stream)) return { kind: 'stream-deleted' };
    const current = this.currentRevision(stream);
    if ((typeof expected === 'bigint' && expected !== current) || (expected === 'no-stream' && current >= 0n)) {
      return { kind: 'wrong-expected-version', current: current < 0n ? 'no-stream' : current };
    }
    const event = { ...systemEvent('$streamDeleted', ''), contentType: 'application/octet-stream' };
    this.#journal.write({ stream, events: [event], created: Date.now() });
    return success(this.#store(stream, [event], Date.now()));
  }

  /** -1 when there never was an event. */
  currentRevision(stream: string): bigint {
    return BigInt((this.#streams.get(stream)?.length ?? 0) - 1);
  }

  isTombstoned(stream: string): boolean {
    return this.#streams.get(stream)?.at(-1)?.revision === TOMBSTONE_REVISION;
  }

  retention(stream: string): Retention {
    return stream.startsWith('$$') ? new Retention(undefined) : new Retention(this.#streams.get(`$$${stream}`)?.at(-1)?.data);
  }

  /** What a reader of the stream may still see; undefined where there is none to read. */
  visible(stream: string): readonly LogRecord[] | undefined {
    const records = this.#streams.get(stream);
    if (!records) return undefined;
    const seen = this.retention(stream).visible(records);
    return seen.length === 0 && this.retention(stream).softDeleted ? undefined : seen;
  }

  /** Index of the first record at or after the position. */
  indexFrom(position: bigint): number {
    let low = 0;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.records[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Calls once, at the next commit. Returns what withdraws the wish. */
  onceGrown(listener: () => void): () => void {
    this.#waiting.add(listener);
    return () => void this.#waiting.delete(listener);
  }

  #commit(stream: string, events: readonly ProposedEvent[]): Outcome {
    if (events.length === 0) {
      const last = this.#streams.get(stream)?.at(-1);
      return { kind: 'success', last: last?.revision ?? -1n, position: last?.position ?? 0n };
    }
    const created = Date.now();
    this.#journal.write({ stream, events, created });
    const last = this.#store(stream, events, created);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const listener of waiting) listener();
    return success(last);
  }

  #store(stream: string, events: readonly ProposedEvent[], created: number): LogRecord {
    const records = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, records);
    for (const event of events) {
      const revision = event.type === '$streamDeleted' ? TOMBSTONE_REVISION : BigInt(records.length);
      const record: LogRecord = { ...event, stream, revision, position: this.#end, created };
      this.#end += RECORD_OVERHEAD + BigInt(stream.length + event.type.length + event.data.length + event.metadata.length);
      records.push(record);
      this.records.push(record);
      this.#recent.set(event.id, record);
      if (this.#recent.size > RECENT_IDS) this.#recent.delete(this.#recent.keys().next().value!);
    }
    return records.at(-1)!;
  }

  /** What a fresh server has written before anybody else: its users, their metadata, the retention of its own statistics. */
  #bootstrap(): void {
    const stats = '$stats-127.0.0.1:2113';
    const written: [string, ProposedEvent][] = [
      [`$$${stats}`, systemEvent('$metadata', '{"$maxAge":864000}')],
      ['$$$user-admin', systemEvent('$metadata', '{"$acl":{"$r":["$admins"]}}')],
      ['$user-admin', systemEvent('$UserCreated', '{"loginName":"admin"}')],
      ['$users', systemEvent('$User', '"admin"')],
      [stats, systemEvent('$statsCollected', '{"proc-id":1}')],
    ];
    for (const [stream, event] of written) this.#commit(stream, [event]);
  }
}

export function systemEvent(type: string, json: string): ProposedEvent {
  const data = new TextEncoder().encode(json);
  return { id: crypto.randomUUID(), type, contentType: 'application/json', metadata: new Uint8Array(0), data };
}

function success(record: LogRecord): Outcome {
  return { kind: 'success', last: record.revision, position: record.position };
}
