import type { Snapshot, StreamNumber } from './snapshot.ts';

/** What a disposition says is pending. */
type Left = { readonly disposition: string; readonly pending: readonly string[] };

type Answers = { readonly passed: ReadonlySet<string>; readonly reviewed: ReadonlySet<string> };

/**
 * Which lines that a release left open no reviewed result has answered since. A conditional release waits until each has passed, or it is closed. An
 * exceptional one is never closed: what failed is answered too, and its physician is to be told.
 */
export class PendingResults {
  readonly #answers = new Map<StreamNumber, Answers>();
  readonly #snapshot: Snapshot;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  of(batch: StreamNumber, { disposition, pending }: Left): string[] {
    if (pending.length === 0) return [];
    const { passed, reviewed } = this.#answersIn(batch);
    const answered = disposition === 'exceptionally-released' ? reviewed : passed;
    return pending.filter((line) => !answered.has(line));
  }

  #answersIn(batch: StreamNumber): Answers {
    const known = this.#answers.get(batch);
    if (known) return known;
    const rows = this.#snapshot.all<{ line: string; verdict: string }>(
      `SELECT coalesce(t.line, t.test) AS line, t.verdict FROM tests t
        WHERE t.stream = :batch AND t.reviewed = 1 AND t.superseded_by IS NULL AND {rows t}`,
      { batch },
    );
    const linesOf = (some: readonly { readonly line: string }[]) => new Set(some.map(({ line }) => line));
    const answers = { passed: linesOf(rows.filter(({ verdict }) => verdict !== 'fail')), reviewed: linesOf(rows) };
    this.#answers.set(batch, answers);
    return answers;
  }
}
