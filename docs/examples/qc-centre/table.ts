import { DatabaseSync } from 'node:sqlite';
import type { ReceivedEvent } from '@cytoledger/messaging';

export type BatchRow = {
  readonly batch: string;
  readonly events: number;
  readonly passed: number;
  readonly failed: number;
  readonly disposition: string | null;
  /** Events that a cosigned checkpoint does not prove yet. */
  readonly unproven: number;
};

export type Unproven = { readonly stream: string; readonly seq: number; readonly leaf: string };

/** What the topics told is not what they told before, or something is missing between. */
export class TableError extends Error {
  override readonly name = 'TableError';
}

/** A row for each event that came, and what the QC centre wants to know of each batch. */
export class Table {
  readonly #db: DatabaseSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      CREATE TABLE IF NOT EXISTS events (
        stream TEXT NOT NULL, seq INTEGER NOT NULL, leaf TEXT NOT NULL, type TEXT NOT NULL, proven_at INTEGER,
        PRIMARY KEY (stream, seq)) STRICT;
      CREATE INDEX IF NOT EXISTS unproven ON events (stream, seq) WHERE proven_at IS NULL;
      CREATE TABLE IF NOT EXISTS batches (
        batch TEXT PRIMARY KEY, passed INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0, disposition TEXT) STRICT;`);
  }

  /**
   * Takes what came in one go, or nothing of it. What came before changes nothing: a consumer is told at least once.
   *
   * @throws TableError where another event was told in the same place, or one between is missing
   */
  take(events: readonly ReceivedEvent[]): void {
    this.#db.exec('BEGIN');
    try {
      for (const event of events) if (this.#isNew(event)) this.#add(event);
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #isNew({ stream, seq, leaf }: ReceivedEvent): boolean {
    const known = this.#db.prepare('SELECT leaf FROM events WHERE stream = ? AND seq = ?').get(stream, seq);
    if (known && known['leaf'] !== leaf) throw new TableError(`${stream} ${seq} was told before with another leaf`);
    if (known) return false;
    const newest = this.#db.prepare('SELECT max(seq) AS seq FROM events WHERE stream = ?').get(stream)?.['seq'] as number | null;
    if (seq !== (newest ?? -1) + 1) throw new TableError(`${stream}: ${seq} came after ${newest ?? 'nothing'}`);
    return true;
  }

  #add({ stream, seq, leaf, type, body }: ReceivedEvent): void {
    this.#db.prepare('INSERT INTO events (stream, seq, leaf, type) VALUES (?, ?, ?, ?)').run(stream, seq, leaf, type);
    if (!stream.startsWith('batch-')) return;
    this.#db.prepare('INSERT OR IGNORE INTO batches (batch) VALUES (?)').run(stream);
    const disposition = DISPOSITIONS[type];
    if (disposition) this.#db.prepare('UPDATE batches SET disposition = ? WHERE batch = ?').run(disposition, stream);
    if (type !== 'batch.test-recorded.v1') return;
    const { content } = JSON.parse(body.toString('utf8')) as { content: { data: { results: { verdict: string }[] } } };
    const told = (verdict: string) => content.data.results.filter((result) => result.verdict === verdict).length;
    this.#db
      .prepare('UPDATE batches SET passed = passed + ?, failed = failed + ? WHERE batch = ?')
      .run(told('pass'), told('fail'), stream);
  }

  unproven(limit: number): Unproven[] {
    const rows = this.#db
      .prepare('SELECT stream, seq, leaf FROM events WHERE proven_at IS NULL ORDER BY rowid LIMIT ?')
      .all(limit);
    return rows as unknown as Unproven[];
  }

  /** @param size of the checkpoint that proves it */
  proven({ stream, seq }: Unproven, size: number): void {
    this.#db.prepare('UPDATE events SET proven_at = ? WHERE stream = ? AND seq = ?').run(size, stream, seq);
  }

  batches(): BatchRow[] {
    const rows = this.#db
      .prepare(
        `SELECT b.batch, count(*) AS events, b.passed, b.failed, b.disposition, sum(e.proven_at IS NULL) AS unproven
          FROM batches b JOIN events e ON e.stream = b.batch GROUP BY b.batch ORDER BY b.batch`,
      )
      .all();
    return rows as unknown as BatchRow[];
  }

  close(): void {
    this.#db.close();
  }
}

const DISPOSITIONS: Readonly<Record<string, string>> = {
  'batch.released.v1': 'released',
  'batch.conditionally-released.v1': 'conditionally released',
  'batch.rejected.v1': 'rejected',
  'batch.recalled.v1': 'recalled',
};
