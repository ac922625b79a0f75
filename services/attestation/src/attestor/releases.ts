import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** A checkpoint that a quorum has cosigned. */
export type Release = {
  readonly size: number;
  /** The signed note with its cosignatures. */
  readonly note: string;
};

const MINUTE_MS = 60_000;
/** Thinned at a time: some thousand checkpoints, some ten milliseconds. */
const THINNED_MS = 60 * MINUTE_MS;

type Newest = {
  readonly size: number;
  /** When it was added; milliseconds since the epoch. */
  readonly at: number;
  readonly isTight: boolean;
};

/**
 * Checkpoints that were released: those before and after an entry bound its time. `spare` names those that may be thinned out, since none of the
 * entries beside them is one whose time matters by the second; whatever it does not name stays, whatever was lost (decision 0041).
 */
export class ReleaseHistory {
  readonly #db: DatabaseSync;
  readonly #add: StatementSync;
  readonly #spare: StatementSync;
  readonly #now: () => number;
  /** Undefined until one was added by this process: of what came before it does not know what it bounds. */
  #newest: Newest | undefined;

  constructor(path: string, now: () => number = Date.now) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS release (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS spare (size INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
      CREATE INDEX IF NOT EXISTS spare_at ON spare (at)`);
    this.#add = this.#db.prepare('INSERT INTO release (size, note) VALUES (?, ?) ON CONFLICT DO UPDATE SET note = excluded.note');
    this.#spare = this.#db.prepare('INSERT INTO spare (size, at) VALUES (?, ?) ON CONFLICT DO NOTHING');
    this.#now = now;
  }

  /**
   * On disk when it returns.
   *
   * @param isTight whether an entry since the release before is one whose time matters by the second
   */
  add({ size, note }: Release, isTight = true): void {
    const before = this.#newest;
    if (before?.size === size) {
      this.#add.run(size, note);
      return;
    }
    const newest = { size, at: this.#now(), isTight: isTight || before === undefined };
    this.#atOnce(() => {
      this.#add.run(size, note);
      if (before !== undefined && !before.isTight && !newest.isTight) this.#spare.run(before.size, before.at);
    });
    this.#newest = newest;
  }

  newest(): Release | undefined {
    return this.#db.prepare('SELECT size, note FROM release ORDER BY size DESC LIMIT 1').get() as Release | undefined;
  }

  /**
   * Of the spare ones that were added before a moment, keeps the first and the last of each minute, so that every entry is still bounded to the minute on
   * both sides, and deletes the others, all or none; an hour of them at a time.
   *
   * @param before milliseconds since the epoch
   * @returns how many were deleted
   */
  thin(before: number): number {
    const { first } = this.#db.prepare('SELECT min(at) AS first FROM spare').get() as { first: number | null };
    if (first === null) return 0;
    // Whole minutes, so that no minute is looked at in two halves.
    const until = MINUTE_MS * Math.floor(Math.min(before, first + THINNED_MS) / MINUTE_MS);
    if (first >= until) return 0;
    return this.#atOnce(() => {
      const { changes } = this.#db
        .prepare(
          `DELETE FROM release WHERE size IN (SELECT size FROM spare WHERE at < :until)
             AND size NOT IN (SELECT min(size) FROM spare WHERE at < :until GROUP BY at / ${MINUTE_MS})
             AND size NOT IN (SELECT max(size) FROM spare WHERE at < :until GROUP BY at / ${MINUTE_MS})`,
        )
        .run({ until });
      this.#db.prepare('DELETE FROM spare WHERE at < :until').run({ until });
      return Number(changes);
    });
  }

  close(): void {
    this.#db.close();
  }

  #atOnce<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

/** The same, read beside whoever releases. */
export class ReleaseReader {
  readonly #db: DatabaseSync;
  readonly #from: StatementSync;
  readonly #to: StatementSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { readOnly: true });
    this.#from = this.#db.prepare('SELECT size, note FROM release WHERE size >= ? ORDER BY size LIMIT 1');
    this.#to = this.#db.prepare('SELECT size, note FROM release WHERE size <= ? ORDER BY size DESC LIMIT 1');
  }

  /** The smallest of at least that size. */
  from(size: number): Release | undefined {
    return this.#from.get(size) as Release | undefined;
  }

  /** The largest of at most that size. */
  upTo(size: number): Release | undefined {
    return this.#to.get(size) as Release | undefined;
  }

  close(): void {
    this.#db.close();
  }
}
