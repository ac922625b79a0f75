import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** A checkpoint that a quorum has cosigned. */
export type Release = {
  readonly size: number;
  /** The signed note with its cosignatures. */
  readonly note: string;
};

/** Every checkpoint that was ever released: those before and after an entry bound its time. */
export class ReleaseHistory {
  readonly #db: DatabaseSync;
  readonly #add: StatementSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS release (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT`);
    this.#add = this.#db.prepare('INSERT INTO release (size, note) VALUES (?, ?) ON CONFLICT DO UPDATE SET note = excluded.note');
  }

  /** On disk when it returns. */
  add({ size, note }: Release): void {
    this.#add.run(size, note);
  }

  newest(): Release | undefined {
    return this.#db.prepare('SELECT size, note FROM release ORDER BY size DESC LIMIT 1').get() as Release | undefined;
  }

  close(): void {
    this.#db.close();
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
