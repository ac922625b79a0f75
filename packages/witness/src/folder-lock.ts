import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { WitnessError } from './errors.ts';

const BUSY = 5;

/**
 * At most one process for a folder: two that shared a state could each cosign another history. It is SQLite's lock on a small file, held by a
 * transaction that never ends, which the operating system frees however the process ends.
 *
 * @returns what frees it; again is harmless
 * @throws WitnessError `in-use`
 */
export function lockFolder(folder: string): () => void {
  const db = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
  try {
    db.exec('PRAGMA synchronous = OFF; BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 !== BUSY) throw error;
    throw new WitnessError('in-use', `another process works in ${folder}`);
  }
  return () => {
    if (db.isOpen) db.close();
  };
}
