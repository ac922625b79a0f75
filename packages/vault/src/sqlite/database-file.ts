import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { VaultError } from '../errors.ts';

const OWNER_ONLY = 0o600;
/** SQLite result codes whose low byte is 5 (busy) or 6 (locked). */
const BUSY = new Set([5, 6]);

/**
 * Opens a database file that only its owner may read and only one process may use; what is deleted in it is overwritten.
 *
 * @throws VaultError `vault-in-use`
 */
export function openDatabaseFile(path: string, schema: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  closeSync(openSync(path, 'a', OWNER_ONLY));
  chmodSync(path, OWNER_ONLY);
  const database = new DatabaseSync(path);
  try {
    // Exclusive before WAL: then the lock is held from the first access to the last, and no shared-memory file is made.
    database.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY',
    );
    database.exec(`BEGIN IMMEDIATE; ${schema}; COMMIT`);
    // Pages from before a crash may wait in the log, among them those of keys that were destroyed.
    emptyLog(database);
    return database;
  } catch (cause) {
    database.close();
    throw isBusy(cause) ? new VaultError('vault-in-use', `another process owns ${path}`, { cause }) : cause;
  }
}

/** Runs the work in one transaction, durable when this returns. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Moves every page of the write-ahead log into the file and cuts the log to nothing, so that it holds no older version of a page. */
export function emptyLog(database: DatabaseSync): void {
  const { busy } = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
  if (busy !== 0) throw new VaultError('storage-failed', 'the write-ahead log could not be emptied');
}

function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: number };
  return errcode !== undefined && BUSY.has(errcode & 0xff);
}
