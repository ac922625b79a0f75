import { DatabaseSync } from 'node:sqlite';

/** SQLite's result code; extended ones keep it in their lowest byte. */
const BUSY = 5;

/**
 * The right to work with something, held by one process: SQLite's lock on a small file, by a transaction that never ends. The operating system
 * frees it when the process dies, however it dies.
 *
 * @returns what frees it, again is harmless; undefined where another process holds it
 */
export function takeLock(path: string): (() => void) | undefined {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec('PRAGMA synchronous = OFF; BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === BUSY) return undefined;
    throw error;
  }
  return () => {
    if (db.isOpen) db.close();
  };
}
