import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sha256 } from '@cytoledger/attest';
import type { Projection } from '../projecting/projection.ts';
import { queryIndexes, tableSchema } from '../rows/table.ts';
import { type Checkpoint, checkpointSchema, readCheckpoint } from './checkpoint.ts';
import { logIndexQueryIndexes, logIndexSchema } from './log-index.ts';

/** `CytR`, at offset 68 of the file. */
const APPLICATION_ID = 0x43_79_74_52;
/** Raised with every change of what this package itself keeps in the file. */
const FORMAT = 3;
/** A larger file is not read through at each start; damage in it shows when it is met. */
const CHECKED_BYTES = 64 * 1024 * 1024;
const BUSY_MS = 5_000;
/** Of each connection. What is not in it is in the system's cache of the file: 128 MiB were no faster. */
const CACHE_KIB = 16_384;

export type ModelFile = { readonly db: DatabaseSync; readonly checkpoint: Checkpoint; readonly fresh: boolean };

/** What a file was built for: other tables or another version make it worthless. */
function fingerprint(projection: Pick<Projection, 'name' | 'version' | 'tables'>): string {
  const parts = [FORMAT, projection.name, projection.version, logIndexSchema, ...projection.tables.map(tableSchema)];
  return sha256(JSON.stringify(parts)).toString('hex');
}

/**
 * Opens the file for projecting. One that is damaged, foreign or of another version is deleted and begun anew; `say` is told why.
 */
export function openModelFile(path: string, projection: Projection, say: (message: string) => void): ModelFile {
  if (existsSync(path)) {
    const found = reopened(path, projection);
    if (typeof found !== 'string') return found;
    say(`read model ${projection.name}: ${found}; it is deleted and built anew`);
  }
  return created(path, projection);
}

export function deleteModelFile(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
}

/** @throws Error of SQLite */
export function openForQueries(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
  db.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA mmap_size = 1073741824; PRAGMA temp_store = MEMORY`);
  return db;
}

/** The log was projected to its end for the first time, or again after a start. */
export function finishCatchUp(db: DatabaseSync, { tables }: Projection): void {
  for (const sql of [...logIndexQueryIndexes, ...tables.flatMap(queryIndexes)]) db.exec(sql);
  db.exec('PRAGMA synchronous = NORMAL; UPDATE built_for SET caught_up = 1 WHERE caught_up = 0; PRAGMA wal_checkpoint(PASSIVE)');
}

/** Whether an error says that the file itself is damaged: SQLITE_CORRUPT (11) and SQLITE_NOTADB (26), sqlite.org/rescode.html. */
export function isDamage(error: unknown): boolean {
  const code = (error as { errcode?: number } | null)?.errcode;
  return code !== undefined && [11, 26].includes(code & 0xff);
}

function reopened(path: string, projection: Projection): ModelFile | string {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: BUSY_MS });
    const reason = unusable(db, projection);
    if (reason) {
      db.close();
      return reason;
    }
    configure(db, 'NORMAL');
    return { db, checkpoint: readCheckpoint(db), fresh: false };
  } catch (error) {
    if (db?.isOpen) db.close();
    return `its file is damaged (${error instanceof Error ? error.message : String(error)})`;
  }
}

function unusable(db: DatabaseSync, projection: Projection): string | undefined {
  if (pragma(db, 'application_id') !== APPLICATION_ID) return 'its file is not a read model';
  const built = db.prepare('SELECT * FROM built_for').get() as { fingerprint: string; caught_up: number } | undefined;
  if (built?.fingerprint !== fingerprint(projection)) return 'its file was built by another version';
  const bytes = Number(pragma(db, 'page_count')) * Number(pragma(db, 'page_size'));
  if (built.caught_up === 0 || bytes <= CHECKED_BYTES) {
    const finding = pragma(db, 'quick_check(1)');
    if (finding !== 'ok') return `its file is damaged (${finding})`;
  }
  return undefined;
}

function created(path: string, projection: Projection): ModelFile {
  deleteModelFile(path);
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path, { timeout: BUSY_MS });
  db.exec('PRAGMA page_size = 8192');
  configure(db, 'OFF');
  db.exec('BEGIN');
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  db.exec('CREATE TABLE built_for (fingerprint TEXT NOT NULL, caught_up INTEGER NOT NULL) STRICT');
  db.prepare('INSERT INTO built_for VALUES (?, 0)').run(fingerprint(projection));
  for (const schema of [checkpointSchema, logIndexSchema, ...projection.tables.map(tableSchema)]) db.exec(schema);
  db.exec('COMMIT');
  return { db, checkpoint: readCheckpoint(db), fresh: true };
}

/**
 * With NORMAL a power cut costs the newest commits, never the file. OFF, while a file is built for the first time, is safe against the death of
 * the process only: a file that is found not to have caught up is therefore checked as a whole.
 */
function configure(db: DatabaseSync, synchronous: 'NORMAL' | 'OFF'): void {
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA wal_autocheckpoint = 8000`);
  db.exec(`PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY`);
}

function pragma(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() as object)[0];
}
