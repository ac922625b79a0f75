import { mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * `waiting` to be sent; `decide`: refused, a person decides; `sent` with its receipt; `proven` to be in the log, with the proof; `dropped` by decision,
 * and kept.
 */
export type Shelf = 'waiting' | 'decide' | 'sent' | 'proven' | 'dropped';

const SHELVES: readonly Shelf[] = ['waiting', 'decide', 'sent', 'proven', 'dropped'];
/** A file that has been in the making for so long, ms, belongs to a process that has ended. */
const ABANDONED_MS = 3_600_000;

/**
 * One file for each event, in folders, as mail spools do it: written aside, synced, then renamed. Whatever has its name is whole, also after a
 * power failure, and any number of processes may add.
 */
export class Spool {
  readonly #dir: string;
  #lastStamp = 0;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  static async open(dir: string): Promise<Spool> {
    const spool = new Spool(dir);
    for (const folder of ['making', ...SHELVES]) await mkdir(join(dir, folder), { recursive: true, mode: 0o700 });
    for (const shelf of SHELVES) {
      const newest = (await spool.names(shelf)).at(-1);
      if (newest) spool.#lastStamp = Math.max(spool.#lastStamp, Number(newest.slice(0, STAMP_DIGITS)));
    }
    return spool;
  }

  /** A name behind every earlier one of this folder, also when the clock was set back. */
  nextName(id: string): string {
    this.#lastStamp = Math.max(this.#lastStamp + 1, Date.now() * 1000);
    return `${String(this.#lastStamp).padStart(STAMP_DIGITS, '0')}-${id}.json`;
  }

  /** In the order in which they were added. */
  async names(shelf: Shelf): Promise<string[]> {
    return (await readdir(join(this.#dir, shelf))).filter((name) => name.endsWith('.json')).sort();
  }

  /** Undefined where it is not there (any more). */
  async read(shelf: Shelf, name: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.#dir, shelf, name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** What lies on a shelf, in the order in which it was added, as it was written. */
  async *named<T>(shelf: Shelf): AsyncGenerator<{ readonly name: string; readonly kept: T }> {
    for (const name of await this.names(shelf)) {
      const text = await this.read(shelf, name);
      if (text !== undefined) yield { name, kept: JSON.parse(text) as T };
    }
  }

  async *kept<T>(shelf: Shelf): AsyncGenerator<T> {
    for await (const { kept } of this.named<T>(shelf)) yield kept;
  }

  /** Resolves when file and name are on the disk. */
  async write(shelf: Shelf, name: string, text: string): Promise<void> {
    const aside = join(this.#dir, 'making', name);
    const file = await open(aside, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, join(this.#dir, shelf, name));
    await this.#syncFolder(shelf);
  }

  /** Stands in both for a moment, never in none. */
  async move(from: Shelf, to: Shelf, name: string, text: string): Promise<void> {
    await this.write(to, name, text);
    await this.remove(from, name);
  }

  async remove(shelf: Shelf, name: string): Promise<void> {
    await unlink(join(this.#dir, shelf, name));
    await this.#syncFolder(shelf);
  }

  /** Finishes what a process that was ended had begun: an event that has gone further waits no more. For the sender, under its lock. */
  async recover(): Promise<void> {
    const waiting = new Set(await this.names('waiting'));
    for (const shelf of ['sent', 'proven', 'decide', 'dropped'] as const) {
      for (const name of await this.names(shelf)) if (waiting.delete(name)) await this.remove('waiting', name);
    }
    for (const name of await readdir(join(this.#dir, 'making'))) {
      const path = join(this.#dir, 'making', name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      if (Date.now() - mtimeMs > ABANDONED_MS) await unlink(path);
    }
  }

  /** As {@link recover}, for who proves: what is proven is not kept among the sent as well. */
  async recoverProven(): Promise<void> {
    const sent = new Set(await this.names('sent'));
    for (const name of await this.names('proven')) if (sent.has(name)) await this.remove('sent', name);
  }

  /** Where a file lies. */
  path(shelf: Shelf, name: string): string {
    return join(this.#dir, shelf, name);
  }

  async #syncFolder(shelf: Shelf): Promise<void> {
    // Windows keeps names by itself and opens no folders.
    if (process.platform === 'win32') return;
    const folder = await open(join(this.#dir, shelf), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

/** Microseconds since 1970 until the year 2286. */
const STAMP_DIGITS = 16;
