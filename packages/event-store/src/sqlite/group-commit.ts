import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { EventStoreError, type ExpectedRevision } from '../port.ts';
import { type PackedAppend, type PackedEvent, unpackGroup } from './append-group.ts';
import { type Failure, failureOf, isFull, messageOf } from './failure.ts';
import { uuidText } from './uuid-bytes.ts';

/** What the writer knows of a stream without asking the file. */
type KnownHead = {
  stream: number;
  /** -1 while it has no event. */
  revision: number;
  /** No id of the stream stands after this one; undefined when that was not looked up. */
  greatestId: Uint8Array | undefined;
};

export type CommittedGroup = {
  readonly outcomes: Float64Array<ArrayBuffer>;
  readonly failures: { append: number; failure: Failure }[];
};

const KNOWN_HEADS = 100_000;

/** Commits groups of appends on the one writing connection. */
export class GroupCommit {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #findStream: StatementSync;
  readonly #headRevision: StatementSync;
  readonly #hasId: StatementSync;
  readonly #addStream: StatementSync;
  readonly #addEvent: StatementSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #known = new Map<string, KnownHead>();
  #head: number;
  #nextStream: number;

  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#path = path;
    this.#findStream = db.prepare('SELECT stream FROM streams WHERE name = ?');
    this.#headRevision = db.prepare('SELECT max(revision) AS revision FROM events WHERE stream = ?');
    this.#hasId = db.prepare('SELECT 1 FROM events WHERE id = ? AND stream = ?');
    this.#addStream = db.prepare('INSERT INTO streams (stream, name) VALUES (?, ?)');
    this.#addEvent = db.prepare(
      'INSERT INTO events (position, stream, revision, id, type, header, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#head = largest(db, 'SELECT max(position) AS n FROM events');
    this.#nextStream = largest(db, 'SELECT max(stream) AS n FROM streams') + 1;
  }

  /** The newest position; 0 for an empty log. */
  get head(): number {
    return this.#head;
  }

  /**
   * Appends what may be appended and returns when it is on the disk.
   *
   * @throws EventStoreError when the group was not committed (`read-only`) or may not have been (`outcome-unknown`). The committer is
   *   of no further use then: what it knows of the log may be wrong.
   */
  commit(buffer: ArrayBuffer, length: number): CommittedGroup {
    const outcomes: number[] = [];
    const failures: { append: number; failure: Failure }[] = [];
    try {
      this.#begin.run();
      for (const append of unpackGroup(buffer, length)) {
        const failure = this.#refusal(append);
        if (failure) {
          failures.push({ append: outcomes.length / 2, failure });
          outcomes.push(-1, 0);
        } else {
          outcomes.push(append.expected + 1, this.#head + 1);
          this.#insert(append);
        }
      }
    } catch (error) {
      this.#rollback();
      throw this.#unwritten(error);
    }
    try {
      this.#commit.run();
    } catch (error) {
      this.#rollback();
      // A write that found no room left no commit record; of a failed sync nobody knows what reached the disk.
      if (isFull(error)) throw this.#unwritten(error);
      throw new EventStoreError(
        'outcome-unknown',
        `${this.#path}: it is not known whether the last appends reached the disk (${messageOf(error)}); the log is read-only until it is opened again`,
      );
    }
    return { outcomes: Float64Array.from(outcomes), failures };
  }

  #refusal({ stream, expected, basis, events }: PackedAppend): Failure | undefined {
    const known = this.#headOf(stream);
    const revision = known?.revision ?? -1;
    if (revision !== expected) {
      return moved('wrong-expected-revision', stream, expected, revision);
    }
    for (const head of basis) {
      const actual = this.#headOf(head.stream)?.revision ?? -1;
      if (actual !== head.revision) return moved('basis-moved', head.stream, head.revision, actual);
    }
    if (!known || known.revision < 0) return undefined;
    const duplicate = events.find((event) => this.#isStored(known, event));
    if (!duplicate) return undefined;
    const eventId = uuidText(duplicate.id);
    return {
      code: 'duplicate-event-id',
      message: `event ${eventId} stands in ${stream} already`,
      details: { stream, eventId },
    };
  }

  #isStored(known: KnownHead, { id }: PackedEvent): boolean {
    if (known.greatestId && Buffer.compare(id, known.greatestId) > 0) return false;
    return this.#hasId.get(id, known.stream) !== undefined;
  }

  #headOf(name: string): KnownHead | undefined {
    const known = this.#known.get(name);
    if (known) return known;
    const row = this.#findStream.get(name) as { stream: number } | undefined;
    if (!row) return undefined;
    const { revision } = this.#headRevision.get(row.stream) as { revision: number | null };
    return this.#remember(name, { stream: row.stream, revision: revision ?? -1, greatestId: undefined });
  }

  #insert({ stream, events }: PackedAppend): void {
    const head = this.#headOf(stream) ?? this.#open(stream);
    // Of a stream whose beginning was not seen, the greatest id is not known.
    let greatest = head.greatestId ?? (head.revision < 0 ? events[0]?.id : undefined);
    for (const { id, type, header, body } of events) {
      this.#addEvent.run(++this.#head, head.stream, ++head.revision, id, type, header, body);
      if (greatest && Buffer.compare(id, greatest) > 0) greatest = id;
    }
    // A copy, since the group's buffer goes back to be filled again.
    if (greatest !== head.greatestId) head.greatestId = greatest?.slice();
  }

  #open(name: string): KnownHead {
    const stream = this.#nextStream++;
    this.#addStream.run(stream, name);
    return this.#remember(name, { stream, revision: -1, greatestId: undefined });
  }

  #remember(name: string, head: KnownHead): KnownHead {
    if (this.#known.size >= KNOWN_HEADS) {
      // The oldest tenth goes at once: Map keeps the order of insertion.
      let surplus = KNOWN_HEADS / 10;
      for (const oldest of this.#known.keys()) {
        if (surplus-- === 0) break;
        this.#known.delete(oldest);
      }
    }
    this.#known.set(name, head);
    return head;
  }

  #unwritten(error: unknown): EventStoreError {
    const { message } = failureOf(error, this.#path);
    return new EventStoreError('read-only', message, { cause: error });
  }

  #rollback(): void {
    try {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself, or the connection is lost: nothing was committed either way.
    }
  }
}

function largest(db: DatabaseSync, query: string): number {
  return (db.prepare(query).get() as { n: number | null }).n ?? 0;
}

function moved(code: 'wrong-expected-revision' | 'basis-moved', stream: string, expected: number, actual: number): Failure {
  const details = { stream, expected: revisionOf(expected), actual: revisionOf(actual) };
  return { code, message: `${stream} is at ${details.actual}, not at ${details.expected}`, details };
}

function revisionOf(packed: number): ExpectedRevision {
  return packed < 0 ? 'none' : packed;
}
