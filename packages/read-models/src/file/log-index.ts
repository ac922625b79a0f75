import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StoredEvent } from '@cytoledger/event-store';
import { Names } from '../rows/names.ts';
import { execute } from './execute.ts';

/**
 * What every read model keeps of the log itself: which entry is which event of which stream, and when each prefix was complete. A position is null
 * where it is the entry's number counted from 1, as in a log of SQLite; the greatest time of recording so far, where it is the entry's own.
 */
export const logIndexSchema = `
  CREATE TABLE streams (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE entries (
    entry INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    recorded INTEGER NOT NULL,
    greatest_recorded INTEGER,
    position TEXT
  ) STRICT;
  CREATE TABLE unprojected (entry INTEGER PRIMARY KEY, reason TEXT NOT NULL) STRICT;`;

/** Columns of `entries` with nothing left out. */
export const ENTRY_COLUMNS =
  'entry, coalesce(position, CAST(entry + 1 AS TEXT)) AS position, coalesce(greatest_recorded, recorded) AS greatest_recorded';

export const logIndexQueryIndexes = ['CREATE INDEX IF NOT EXISTS entries_by_stream ON entries (stream, seq)'];

/** Writes one row for each event. */
export class LogIndexWriter {
  readonly streams: Names;
  readonly #insert: StatementSync;
  readonly #insertWhole: StatementSync;
  readonly #unprojected: StatementSync;

  constructor(db: DatabaseSync) {
    this.streams = new Names(db, 'streams');
    this.#insert = db.prepare('INSERT INTO entries (entry, stream, seq, recorded) VALUES (?, ?, ?, ?)');
    this.#insertWhole = db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)');
    this.#unprojected = db.prepare('INSERT INTO unprojected VALUES (?, ?)');
  }

  /**
   * @param recorded milliseconds since 1970
   * @returns the stream's number
   */
  add(entry: number, event: StoredEvent, recorded: number, greatestRecorded: number): number {
    const stream = this.streams.number(event.stream);
    const { position, revision } = event;
    if (recorded === greatestRecorded && position === String(entry + 1)) execute(this.#insert, entry, stream, revision, recorded);
    else execute(this.#insertWhole, entry, stream, revision, recorded, greatestRecorded, position);
    return stream;
  }

  addUnprojected(entry: number, reason: string): void {
    execute(this.#unprojected, entry, reason.slice(0, 500));
  }
}
