import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from '../port.ts';
import { APPLICATION_ID, createSchema, readPragma, SCHEMA_VERSION } from './schema.ts';
import { readWriteAheadLog } from './write-ahead-log.ts';

/** A smaller log is checked wholly at each start; of a larger one, its structure and its newest events. */
const WHOLE_CHECK_BYTES = 64 * 1024 * 1024;
const NEWEST_CHECKED = 1_000;
/** Pages in the write-ahead log at which they are carried into the file; 1,000 and 16,000 were slower, 4,000 no faster. */
const CHECKPOINT_PAGES = 2_000;
/** Keeps the file of the write-ahead log from staying large after a burst. */
const WAL_FILE_LIMIT = 32 * 1024 * 1024;
/** The leaves of the indexes that are being written; SQLite looks through the table of a cache at each commit, so that a larger one costs. */
const WRITER_CACHE_KIB = 16 * 1024;
/** How long to wait for a checkpoint or recovery of another connection. */
export const BUSY_MS = 5_000;

/**
 * Makes an empty log, wholly or not at all: a file of that name that is empty or cut is therefore damage, never a fresh start.
 * Call it under the writer's lock.
 */
export function createIfAbsent(path: string): void {
  if (existsSync(path)) return;
  if (readWriteAheadLog(`${path}-wal`)) {
    throw corrupt(path, `the file is missing, but its write-ahead log ${path}-wal is there`);
  }
  const draft = `${path}-new`;
  for (const file of [draft, `${draft}-wal`, `${draft}-shm`, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
  const db = new DatabaseSync(draft);
  createSchema(db);
  db.close();
  syncFile(draft);
  renameSync(draft, path);
  syncFile(dirname(path));
}

export function makeFolderOf(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
}

type Checks = { readonly fullCheck: boolean };

/** @throws EventStoreError with code `corrupt` or `unsafe-configuration`; the file is left as it was found. */
export function openForWriting(
  path: string,
  { fullCheck, maxPages }: Checks & { readonly maxPages?: number | undefined },
): DatabaseSync {
  const wal = readWriteAheadLog(`${path}-wal`);
  if (wal && !wal.sound) throw corrupt(path, `the beginning of its write-ahead log ${path}-wal is damaged`);
  if (wal?.lostTransactions) throw corrupt(path, `its write-ahead log ${path}-wal is damaged in the middle`);
  // Read-only, since a connection that may write carries the write-ahead log into the damaged file when it is closed.
  const checked = openReadOnly(path, (db) => {
    checkNothingIsCut(path, db, wal?.pages ?? new Set());
    checkContent(path, db, fullCheck);
  });
  checked.close();

  const db = new DatabaseSync(path, { timeout: BUSY_MS });
  db.exec(
    `PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA journal_size_limit = ${WAL_FILE_LIMIT}`,
  );
  db.exec(`PRAGMA cache_size = -${WRITER_CACHE_KIB}; PRAGMA temp_store = MEMORY`);
  if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${maxPages}`);
  return db;
}

/** @throws EventStoreError like {@link openForWriting}. */
export function openForReading(path: string, { fullCheck }: Checks): DatabaseSync {
  return openReadOnly(path, (db) => {
    if (fullCheck) checkContent(path, db, true);
    db.exec('PRAGMA cache_size = -65536');
  });
}

function openReadOnly(path: string, check: (db: DatabaseSync) => void): DatabaseSync {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new EventStoreError('unsafe-configuration', `${path}: there is no event log here`);
  if (size === 0) throw corrupt(path, 'the file is empty');
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
  try {
    checkKind(path, db);
    check(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function checkKind(path: string, db: DatabaseSync): void {
  if (readPragma(db, 'application_id') !== APPLICATION_ID) {
    throw new EventStoreError('unsafe-configuration', `${path}: this SQLite file is not an event log of Cytoledger`);
  }
  const version = readPragma(db, 'user_version');
  if (version !== SCHEMA_VERSION) {
    throw new EventStoreError(
      'unsafe-configuration',
      `${path}: this event log has format ${version}; this version of Cytoledger reads format ${SCHEMA_VERSION}`,
    );
  }
}

/** SQLite itself compares the file's length with its header only when the write-ahead log is empty. */
function checkNothingIsCut(path: string, db: DatabaseSync, recoverable: ReadonlySet<number>): void {
  const pageBytes = readPragma(db, 'page_size');
  const pages = readPragma(db, 'page_count');
  const present = Math.floor(statSync(path).size / pageBytes);
  for (let page = present + 1; page <= pages; page++) {
    if (!recoverable.has(page)) {
      throw corrupt(path, `the file is cut: it should have ${pages} pages of ${pageBytes} bytes and has ${present}`);
    }
  }
}

function checkContent(path: string, db: DatabaseSync, full: boolean): void {
  const bytes = readPragma(db, 'page_count') * readPragma(db, 'page_size');
  if (full || bytes <= WHOLE_CHECK_BYTES) {
    const findings = db.prepare(`PRAGMA ${full ? 'integrity_check' : 'quick_check'}(3)`).all() as Record<string, string>[];
    const texts = findings.map((row) => Object.values(row)[0]);
    if (texts[0] !== 'ok') throw corrupt(path, texts.join('; '));
  }
  const newest = db
    .prepare(
      `SELECT count(*) AS events, count(by_revision.position) AS revisions, count(by_id.position) AS ids, count(streams.name) AS names,
              min(newest.position) AS first, max(newest.position) AS last, sum(length(newest.header) + length(newest.body)) AS bytes
         FROM (SELECT * FROM events ORDER BY position DESC LIMIT ${NEWEST_CHECKED}) AS newest
         LEFT JOIN events AS by_revision INDEXED BY events_by_revision
           ON by_revision.stream = newest.stream AND by_revision.revision = newest.revision AND by_revision.position = newest.position
         LEFT JOIN events AS by_id INDEXED BY events_by_id
           ON by_id.id = newest.id AND by_id.stream = newest.stream AND by_id.position = newest.position
         LEFT JOIN streams ON streams.stream = newest.stream`,
    )
    .get() as Record<'events' | 'revisions' | 'ids' | 'names' | 'first' | 'last', number | null>;
  const { events, revisions, ids, names } = newest;
  if (revisions !== events || ids !== events || names !== events)
    throw corrupt(path, 'its newest events and its indexes disagree');
  const gapless = events === 0 || newest.last! - newest.first! + 1 === events;
  if (!gapless) throw corrupt(path, 'positions are missing among its newest events');
}

function corrupt(path: string, what: string): EventStoreError {
  return new EventStoreError('corrupt', `${path}: ${what}. Nothing was changed in it; restore it from a copy`);
}

function syncFile(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
