import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AttestationAlarm } from '../errors.ts';

/** What stands where in the folder of attestation. */
export const filesIn = (folder: string) => ({
  /** Hashes of the main log. */
  log: join(folder, 'log'),
  /** The position of each leaf's event. */
  positions: join(folder, 'index'),
  heads: join(folder, 'heads.db'),
  /** The checkpoint that was signed last. */
  signed: join(folder, 'signed'),
  /** All checkpoints that a quorum has cosigned. */
  releases: join(folder, 'releases.db'),
  /** The last of them. */
  published: join(folder, 'published'),
  /** The newest heads note. */
  headsNote: join(folder, 'heads'),
  /** Put there by an operator: a released checkpoint that is newer than what this copy of the folder knows. */
  resume: join(folder, 'resume'),
  lock: join(folder, 'lock'),
});

/** Writes a file anew, all of it or none, and returns when it would survive the loss of power. */
export async function writeDurably(path: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(`${path}.next`, 'w', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.next`, path);
  const folder = await open(dirname(path));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** SQLite's result code. */
const BUSY = 5;

/**
 * The right to attest a log, held by one process: two would sign two histories. It is SQLite's lock on a small database, which the operating
 * system frees when the process dies, however it dies.
 */
export class FolderLock {
  readonly #db: DatabaseSync;

  /** @throws AttestationAlarm `in-use` */
  constructor(path: string) {
    this.#db = new DatabaseSync(path, { timeout: 0 });
    try {
      this.#db.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN EXCLUSIVE');
    } catch (cause) {
      this.#db.close();
      if (((cause as { errcode?: number }).errcode ?? 0) !== BUSY) throw cause;
      throw new AttestationAlarm('in-use', `another process attests this log; the lock is ${path}`, { cause });
    }
  }

  free(): void {
    this.#db.close();
  }
}
