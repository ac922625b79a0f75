import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StoredEvent } from '@cytoledger/event-store';
import { Names } from '../rows/names.ts';

/** What every read model keeps of the log itself: which entry is which event of which stream, and when each prefix was complete. */
export const logIndexSchema = `
  CREATE TABLE streams (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE entries (
    entry INTEGER PRIMARY KEY,
    position TEXT NOT NULL,
    recorded INTEGER NOT NULL,
    greatest_recorded INTEGER NOT NULL,
    stream INTEGER NOT NULL,
    seq INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE unprojected (entry INTEGER PRIMARY KEY, reason TEXT NOT NULL) STRICT;`;

export const logIndexQueryIndexes = ['CREATE INDEX IF NOT EXISTS entries_by_stream ON entries (stream, seq)'];

/** Writes one row for each event. */
export class LogIndexWriter {
  readonly streams: Names;
  readonly #insert: StatementSync;
  readonly #unprojected: StatementSync;

  constructor(db: DatabaseSync) {
    this.streams = new Names(db, 'streams');
    this.#insert = db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)');
    this.#unprojected = db.prepare('INSERT INTO unprojected VALUES (?, ?)');
  }

  /**
   * @param recorded milliseconds since 1970
   * @returns the stream's number
   */
  add(entry: number, event: StoredEvent, recorded: number, greatestRecorded: number): number {
    const stream = this.streams.number(event.stream);
    this.#insert.run(entry, event.position, recorded, greatestRecorded, stream, event.revision);
    return stream;
  }

  addUnprojected(entry: number, reason: string): void {
    this.#unprojected.run(entry, reason.slice(0, 500));
  }
}
