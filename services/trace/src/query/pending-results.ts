import type { Snapshot, StreamNumber } from './snapshot.ts';

/** Which lines that a conditional release left open no reviewed result has answered since. */
export class PendingResults {
  readonly #answered = new Map<StreamNumber, ReadonlySet<string>>();
  readonly #snapshot: Snapshot;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** @param lines what the disposition says is pending */
  of(batch: StreamNumber, lines: readonly string[]): string[] {
    if (lines.length === 0) return [];
    const answered = this.#answeredIn(batch);
    return lines.filter((line) => !answered.has(line));
  }

  #answeredIn(batch: StreamNumber): ReadonlySet<string> {
    let answered = this.#answered.get(batch);
    if (!answered) {
      const rows = this.#snapshot.all<{ line: string }>(
        `SELECT coalesce(t.line, t.test) AS line FROM tests t
          WHERE t.stream = :batch AND t.verdict <> 'fail' AND t.reviewed = 1 AND t.superseded_by IS NULL AND {rows t}`,
        { batch },
      );
      answered = new Set(rows.map(({ line }) => line));
      this.#answered.set(batch, answered);
    }
    return answered;
  }
}
