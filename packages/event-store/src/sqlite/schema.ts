import type { DatabaseSync } from 'node:sqlite';

/** `Cyto`, at offset 68 of the file (https://www.sqlite.org/fileformat.html#application_id). */
export const APPLICATION_ID = 0x43_79_74_6f;
export const SCHEMA_VERSION = 1;

/**
 * Ids are 16-byte blobs of UUIDs in time order, so that their index grows at its end: with random ids as text it halves the speed.
 * Stream names are kept once; a position is never reused, since nothing is ever deleted.
 */
const schema = `
  CREATE TABLE streams (
    stream INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams (stream),
    revision INTEGER NOT NULL,
    id BLOB NOT NULL,
    type TEXT NOT NULL,
    header BLOB NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_revision ON events (stream, revision);
  CREATE UNIQUE INDEX events_by_id ON events (id, stream);
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

export function createSchema(db: DatabaseSync): void {
  db.exec(`PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN; ${schema} COMMIT;`);
}

export function readPragma(db: DatabaseSync, name: string): number {
  const row = db.prepare(`PRAGMA ${name}`).get() as Record<string, number>;
  return Number(Object.values(row)[0]);
}
