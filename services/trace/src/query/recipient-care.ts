import type { Snapshot, StreamNumber } from './snapshot.ts';

/** What a treatment says of whether its patient lives and was told. */
export type CareFound = {
  readonly treatment: StreamNumber;
  readonly died_at: string | null;
  readonly closed: string | null;
  readonly closed_because: string | null;
  readonly fatal: number;
  readonly notified_at: string | null;
  readonly acknowledged: number | null;
  readonly tests_offered: string | null;
  readonly tests_declined: number | null;
};

/**
 * Newest notice that reached somebody, tests that were ever offered, and whether the patient died: by their own record, a fatal event, or the end of
 * the treatment.
 */
export function careOf(snapshot: Snapshot, treatments: readonly StreamNumber[]): Map<StreamNumber, CareFound> {
  const found = snapshot.all<CareFound>(
    `SELECT t.stream AS treatment, p.died_at, t.closed, t.closed_because,
            EXISTS (SELECT 1 FROM adverse_events a WHERE a.stream = t.stream AND a.outcome = 'fatal' AND {rows a}) AS fatal,
            n.notified_at, n.acknowledged, n.tests_offered, n.tests_declined
       FROM json_each(:treatments) x CROSS JOIN treatments t
       LEFT JOIN persons p ON p.stream = t.patient AND {rows p}
       LEFT JOIN notices n ON n.row = (SELECT max(m.row) FROM notices m WHERE m.stream = t.stream AND m.told <> 'nobody' AND {rows m})
      WHERE t.stream = x.value AND {rows t}`,
    { treatments: JSON.stringify(treatments) },
  );
  return new Map(found.map((care) => [care.treatment, care]));
}
