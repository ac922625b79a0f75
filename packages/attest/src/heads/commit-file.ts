import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { AttestError } from '../errors.ts';
import { randomBytes } from '../node-crypto.ts';
import type { PagesAt } from './page-store.ts';

const FORMAT = 2;
/** So many steps can be taken back. */
const KEPT_STEPS = 64;
const CACHE_KIB = 1024;
/** 64 MiB, where a step of 50,000 streams writes 4. */
const CHECKPOINT_PAGES = 16 * 1024;
const IDENTITY_BYTES = 16;

const SCHEMA = `
  CREATE TABLE step (size INTEGER PRIMARY KEY, before INTEGER NOT NULL, generation INTEGER NOT NULL, undo BLOB NOT NULL);
  CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), text TEXT NOT NULL, checksum INTEGER NOT NULL);
`;

/** The map of the first `size` entries, and its pages. */
export type Commit = PagesAt & { readonly size: number };

export type Step = { readonly size: number; readonly before: number; readonly undo: Buffer };

type State = {
  /** Of the pages that belong to these commits. */
  readonly identity: string;
  readonly committed: Commit;
  /** On disk for good, with its pages. */
  readonly synced: Commit;
};

/** Which pages count, and what takes the newest steps back: an SQLite file, held by one process. */
export class CommitFile {
  readonly #db: DatabaseSync;
  #state: State;
  #isNew: boolean;

  /** @throws AttestError `heads-damaged`, `heads-in-use` */
  constructor(path: string) {
    const db = new DatabaseSync(path);
    try {
      db.exec(`PRAGMA page_size = 4096; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        PRAGMA cache_size = -${CACHE_KIB}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};`);
      const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
      if (version !== 0 && version !== FORMAT)
        throw new AttestError('heads-damaged', `the heads map is of format ${version}; this reads ${FORMAT}`);
      // Taken even where nothing may come of it: the pages are begun anew under this lock.
      if (version === 0) db.exec('BEGIN IMMEDIATE; ROLLBACK');
      this.#isNew = version === 0;
      this.#state = this.#isNew ? begun() : readState(db);
      this.#db = db;
    } catch (error) {
      db.close();
      throw asOpening(error);
    }
  }

  /** Nothing was committed yet: {@link begin} comes first. */
  get isNew(): boolean {
    return this.#isNew;
  }

  get identity(): Buffer {
    return Buffer.from(this.#state.identity, 'hex');
  }

  get committed(): Commit {
    return this.#state.committed;
  }

  get synced(): Commit {
    return this.#state.synced;
  }

  /** The first commit, whose pages are on disk for good. */
  begin(commit: Commit): void {
    this.#forGood(() => {
      this.#db.exec(`${SCHEMA} PRAGMA user_version = ${FORMAT}`);
      return { ...this.#state, committed: commit, synced: commit };
    });
    this.#isNew = false;
  }

  /** A commit, or nothing after an error. It survives the end of the process, not yet that of the machine. */
  commit(work: () => Commit): void {
    this.#transaction(() => ({ ...this.#state, committed: work() }));
  }

  /** Within a commit. */
  addStep({ size, before, undo }: Step, generation: number): void {
    this.#db.prepare('INSERT INTO step (size, before, generation, undo) VALUES (?, ?, ?, ?)').run(size, before, generation, undo);
    this.#db
      .prepare('DELETE FROM step WHERE size <= (SELECT size FROM step ORDER BY size DESC LIMIT 1 OFFSET ?)')
      .run(KEPT_STEPS);
  }

  /** The steps that lead from a size to that of the last commit, newest first; undefined where not all of them are kept. */
  stepsAbove(size: number): readonly Step[] | undefined {
    const rows = this.#db.prepare('SELECT size, before, undo FROM step WHERE size > ? ORDER BY size DESC').all(size) as {
      size: number;
      before: number;
      undo: Uint8Array;
    }[];
    let at = this.committed.size;
    for (const row of rows) {
      if (row.size !== at) return undefined;
      at = row.before;
    }
    if (at !== size) return undefined;
    return rows.map(({ undo, ...row }) => ({ ...row, undo: Buffer.from(undo.buffer, undo.byteOffset, undo.byteLength) }));
  }

  /** Within a commit. */
  removeStepsAbove(size: number): void {
    this.#db.prepare('DELETE FROM step WHERE size > ?').run(size);
  }

  /** Tells that the pages of the last commit are on disk for good; with it the commit is too. */
  settle(): void {
    this.#forGood(() => ({ ...this.#state, synced: this.#state.committed }));
  }

  /** Goes back to the last commit that is on disk for good. */
  fallBack(): void {
    this.#forGood(() => {
      const { synced } = this.#state;
      this.#db.prepare('DELETE FROM step WHERE generation > ?').run(synced.generation);
      return { ...this.#state, committed: synced };
    });
  }

  close(): void {
    this.#db.close();
  }

  #forGood(work: () => State): void {
    this.#db.exec('PRAGMA synchronous = FULL');
    try {
      this.#transaction(work);
    } finally {
      this.#db.exec('PRAGMA synchronous = NORMAL');
    }
  }

  #transaction(work: () => State): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const state = work();
      const text = JSON.stringify(state);
      this.#db.prepare('INSERT OR REPLACE INTO state (one, text, checksum) VALUES (1, ?, ?)').run(text, crc32(text));
      this.#db.exec('COMMIT');
      this.#state = state;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

function begun(): State {
  const nothing: Commit = { size: 0, generation: 0, sum: 0 };
  return { identity: randomBytes(IDENTITY_BYTES).toString('hex'), committed: nothing, synced: nothing };
}

function readState(db: DatabaseSync): State {
  const row = db.prepare('SELECT text, checksum FROM state').get() as { text: string; checksum: number } | undefined;
  if (row === undefined || crc32(row.text) !== row.checksum)
    throw new AttestError('heads-damaged', 'the last commit of the heads map cannot be read');
  return JSON.parse(row.text) as State;
}

/** SQLite's primary result codes. Other failures, such as a full disk, say nothing of the file and stay as they are. */
const [ERROR, BUSY, CORRUPT, NOT_A_DATABASE] = [1, 5, 11, 26];

function asOpening(error: unknown): unknown {
  const code = (error as { errcode?: number }).errcode;
  if (code === undefined) return error;
  const primary = code & 0xff;
  if (primary === BUSY) return new AttestError('heads-in-use', 'another process has the heads map open', {}, { cause: error });
  // ERROR: a table is missing.
  if (primary === ERROR || primary === CORRUPT || primary === NOT_A_DATABASE)
    return new AttestError('heads-damaged', 'the heads map cannot be read', {}, { cause: error });
  return error;
}
