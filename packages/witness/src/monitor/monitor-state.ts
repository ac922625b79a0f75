import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { StreamHead } from '@cytoledger/attest/disk';
import { WitnessError } from '../errors.ts';
import type { Alarm } from './alarm.ts';
import type { StreamEnd } from './entry-check.ts';
import { Frontier } from './frontier.ts';
import type { Seen } from './time-bounds.ts';

const FORMAT = 1;
const CACHE_KIB = 16 * 1024;

const SCHEMA = `
  CREATE TABLE stream (name TEXT PRIMARY KEY, seq INTEGER NOT NULL, leaf_index INTEGER NOT NULL, leaf BLOB NOT NULL,
    header BLOB NOT NULL, recorded_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE seen (size INTEGER PRIMARY KEY, time INTEGER NOT NULL);
  CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE tree (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, frontier BLOB NOT NULL);
`;
const INSERT_END =
  'INSERT INTO stream (name, seq, leaf_index, leaf, header, recorded_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET ' +
  'seq = excluded.seq, leaf_index = excluded.leaf_index, leaf = excluded.leaf, header = excluded.header, recorded_at = excluded.recorded_at';

/** The newest released checkpoint that was seen. */
type LastCheckpoint = { readonly size: number; readonly root: string; readonly note: string };

/** The newest heads note that was seen. */
type LastHeads = {
  readonly text: string;
  readonly size: number;
  /** Milliseconds, by the monitor's clock. */
  readonly firstSeen: number;
  /** What was handed in, and when it says; undefined before. */
  readonly cosigned?: { readonly note: string; readonly time: number };
};

type Facts = { origin: string; checkpoint: LastCheckpoint; heads: LastHeads; alarm: Alarm; cosignedAt: number };

/** Everything a monitor remembers, in one SQLite file; each step is synced whole or not done. The heads map beside it is made from it. */
export class MonitorState {
  readonly #db: DatabaseSync;
  readonly #endOf: StatementSync;
  readonly #setEnd: StatementSync;
  #frontier: Frontier;

  private constructor(db: DatabaseSync) {
    this.#db = db;
    this.#endOf = db.prepare('SELECT seq, leaf_index, leaf, header, recorded_at FROM stream WHERE name = ?');
    this.#setEnd = db.prepare(INSERT_END);
    this.#frontier = this.#loadFrontier();
  }

  /** Made once, with the key. */
  static create(path: string): void {
    const db = new DatabaseSync(path);
    try {
      db.exec(
        `PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN; ${SCHEMA} PRAGMA user_version = ${FORMAT}; COMMIT`,
      );
    } finally {
      db.close();
    }
  }

  /**
   * @param path a file that {@link create} made, in a folder that is locked
   * @throws WitnessError `state-damaged`
   */
  static open(path: string): MonitorState {
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(path);
      db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -${CACHE_KIB}`);
      const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
      if (version !== FORMAT) throw damaged(path, `it is of format ${version}; this reads ${FORMAT}`);
      return new MonitorState(db);
    } catch (error) {
      db?.close();
      if (error instanceof WitnessError || !isUnreadable(error)) throw error;
      throw damaged(path, (error as Error).message, error);
    }
  }

  /** So many entries were taken in. */
  get size(): number {
    return this.#frontier.size;
  }

  endOf(stream: string): StreamEnd | undefined {
    const row = this.#endOf.get(stream) as EndRow | undefined;
    return row === undefined ? undefined : endIn(row);
  }

  /** A copy of the tree's right edge, to add to. */
  frontier(): Frontier {
    return Frontier.read(this.#frontier.size, this.#frontier.bytes())!;
  }

  /** Takes entries in: the tree with them, and the new ends of their streams. */
  advance(frontier: Frontier, ends: ReadonlyMap<string, StreamEnd>): void {
    this.#transaction(() => {
      for (const [name, { seq, index, leafHash, headerHash, recordedAt }] of ends)
        this.#setEnd.run(name, seq, index, leafHash, headerHash, recordedAt);
      this.#db
        .prepare(
          'INSERT INTO tree VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE SET size = excluded.size, frontier = excluded.frontier',
        )
        .run(frontier.size, frontier.bytes());
    });
    this.#frontier = frontier;
  }

  /** Heads whose entries are in [from, to): what a heads map at `from` lacks to be at `to`, where that is {@link size}. */
  *headsBetween(from: number, to: number): Generator<StreamHead> {
    const rows = this.#db
      .prepare('SELECT name, seq, leaf_index, leaf, header, recorded_at FROM stream WHERE leaf_index >= ? AND leaf_index < ?')
      .iterate(from, to) as Iterable<EndRow & { name: string }>;
    for (const row of rows) yield { stream: row.name, ...endIn(row) };
  }

  /** Remembers when the log was cosigned with how many entries; forgets what no entry still to come lies between. */
  saw({ size, time }: Seen): void {
    this.#transaction(() => {
      this.#db.prepare('INSERT INTO seen VALUES (?, ?) ON CONFLICT (size) DO NOTHING').run(size, time);
      this.#db.prepare('DELETE FROM seen WHERE size < (SELECT max(size) FROM seen WHERE size <= ?)').run(this.size);
    });
  }

  seen(): Seen[] {
    return this.#db.prepare('SELECT size, time FROM seen ORDER BY size').all() as Seen[];
  }

  fact<N extends keyof Facts>(name: N): Facts[N] | undefined {
    const row = this.#db.prepare('SELECT value FROM fact WHERE name = ?').get(name) as { value: string } | undefined;
    return row === undefined ? undefined : (JSON.parse(row.value) as Facts[N]);
  }

  setFact<N extends keyof Facts>(name: N, value: Facts[N]): void {
    this.#db
      .prepare('INSERT INTO fact VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
      .run(name, JSON.stringify(value));
  }

  close(): void {
    this.#db.close();
  }

  #loadFrontier(): Frontier {
    const row = this.#db.prepare('SELECT size, frontier FROM tree').get() as { size: number; frontier: Uint8Array } | undefined;
    const frontier = row === undefined ? Frontier.empty() : Frontier.read(row.size, row.frontier);
    if (frontier === undefined) throw new WitnessError('state-damaged', 'the hashes of the tree do not belong to its size');
    return frontier;
  }

  #transaction(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

type EndRow = { seq: number; leaf_index: number; leaf: Uint8Array; header: Uint8Array; recorded_at: number };

function endIn({ seq, leaf_index: index, leaf, header, recorded_at: recordedAt }: EndRow): StreamEnd {
  return { seq, index, leafHash: Buffer.from(leaf), headerHash: Buffer.from(header), recordedAt };
}

/** SQLite's primary result codes for a file that is not as SQLite left it: ERROR (tables gone), CORRUPT, NOTADB. */
function isUnreadable(error: unknown): boolean {
  return [1, 11, 26].includes(((error as { errcode?: number }).errcode ?? 0) % 256);
}

function damaged(path: string, why: string, cause?: unknown): WitnessError {
  return new WitnessError(
    'state-damaged',
    `${path} is damaged (${why}). Bring it back from where it was, or retire this key and make another in a new folder`,
    { cause },
  );
}
