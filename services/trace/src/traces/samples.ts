import { idOf, type Snapshot, type StreamNumber } from '../query/snapshot.ts';
import type { BatchFound } from '../query/unit-rows.ts';
import type { Asking } from './answer.ts';

/** Something that was taken of a batch and sent to a laboratory: a unit, or an in-process sample. */
export type SampleRow = {
  readonly sample: string;
  readonly batch: string;
  readonly unit: string | null;
  readonly material: string | null;
  readonly laboratory: string | null;
  readonly takenAt: string | null;
  /** Lines that it was sent for and that have no result yet. */
  readonly awaited: readonly string[];
  readonly open: boolean;
  /** By its own record, where it has one: taken, dispatched, received, rejected, consumed or destroyed. */
  readonly status: string | null;
  readonly dispatchedAt: string | null;
  readonly receivedAt: string | null;
  readonly retainedUntil: string | null;
  /** Reports, newest last, with what became of each. */
  readonly reports: readonly string[];
};

/** What the batch says of a sample that it sent out, and what the sample's own record says; either may stand alone. */
type Row = {
  readonly batch: StreamNumber;
  readonly sample: string;
  readonly unit: string | null;
  readonly material: string | null;
  readonly laboratory: string | null;
  readonly taken_at: string | null;
  readonly awaited: string | null;
  readonly open: number | null;
};

type Kept = {
  readonly stream: StreamNumber;
  readonly source: StreamNumber;
  readonly owner: string | null;
  readonly unit: string | null;
  readonly matrix: string | null;
  readonly laboratory: string | null;
  readonly tests: string | null;
  readonly taken_at: string | null;
  readonly dispatched_at: string | null;
  readonly received_at: string | null;
  readonly rejected_at: string | null;
  readonly retained_until: string | null;
  readonly end: string | null;
};

/** Samples of batches that the viewer may see, and of others those that were sent to them. */
export function samplesOf({ snapshot, sight }: Asking, batches: ReadonlyMap<StreamNumber, BatchFound>): SampleRow[] {
  const parameters = { batches: JSON.stringify([...batches.keys()]) };
  const said = snapshot.all<Row>(
    `SELECT s.stream AS batch, s.key AS sample, s.unit, s.material, s.laboratory, s.taken_at, s.awaited, s.open
       FROM json_each(:batches) b CROSS JOIN samples s WHERE s.stream = b.value AND {rows s} ORDER BY s.row`,
    parameters,
  );
  // What somebody else says to have taken of a batch is in their record, and not in an answer about the batch.
  const kept = snapshot.all<Kept>(
    `SELECT r.stream, r.source, r.owner, r.unit, r.matrix, r.laboratory, r.tests, r.taken_at, r.dispatched_at, r.received_at, r.rejected_at,
            r.retained_until, r.end
       FROM json_each(:batches) b CROSS JOIN sample_records r LEFT JOIN batches t ON t.stream = b.value AND {rows t}
      WHERE r.source = b.value AND {rows r}
        AND (r.owner = t.owner OR EXISTS (SELECT 1 FROM samples s
              WHERE s.stream = b.value AND s.key = (SELECT substr(n.name, 8) FROM streams n WHERE n.number = r.stream) AND {rows s}))
      ORDER BY r.row`,
    parameters,
  );
  const records = new Map(kept.map((record) => [idOf(snapshot.name(record.stream)), record]));
  const known = new Set(said.map(({ sample }) => sample));
  const alone = [...records].filter(([sample]) => !known.has(sample)).map(([sample, record]) => ofRecord(sample, record));
  const reports = reportsOn(snapshot, kept);
  return [...said, ...alone]
    .filter(
      ({ batch, laboratory }) =>
        sight.isOf(laboratory) || sight.batch({ batch: snapshot.name(batch), owner: batches.get(batch)?.owner ?? null }),
    )
    .map(({ batch, taken_at, awaited, open, ...rest }) => {
      const record = records.get(rest.sample);
      return {
        ...rest,
        batch: idOf(snapshot.name(batch)),
        takenAt: taken_at,
        awaited: JSON.parse(awaited ?? '[]') as string[],
        open: open === 1,
        status: record ? statusOf(record) : null,
        dispatchedAt: record?.dispatched_at ?? null,
        receivedAt: record?.received_at ?? null,
        retainedUntil: record?.retained_until ?? null,
        reports: (record && reports.get(record.stream)) ?? [],
      };
    });
}

function ofRecord(sample: string, { source, unit, matrix, laboratory, taken_at, tests, end }: Kept): Row {
  return { batch: source, sample, unit, material: matrix, laboratory, taken_at, awaited: tests, open: end === null ? 1 : 0 };
}

function statusOf({ end, rejected_at, received_at, dispatched_at }: Kept): string {
  if (end !== null) return end;
  if (rejected_at !== null) return 'rejected';
  if (received_at !== null) return 'received';
  return dispatched_at === null ? 'taken' : 'dispatched';
}

function reportsOn(snapshot: Snapshot, kept: readonly Kept[]): Map<StreamNumber, string[]> {
  type Report = {
    stream: StreamNumber;
    number: string | null;
    failed: string | null;
    issued_at: string | null;
    revised_by: string | null;
    withdrawn_by: string | null;
  };
  const found = snapshot.all<Report>(
    `SELECT p.stream, p.number, p.failed, p.issued_at, p.revised_by, p.withdrawn_by
       FROM json_each(:samples) s CROSS JOIN sample_reports p WHERE p.stream = s.value AND {rows p} ORDER BY p.issued_at`,
    { samples: JSON.stringify(kept.map(({ stream }) => stream)) },
  );
  const reports = new Map<StreamNumber, string[]>();
  for (const { stream, number, failed, issued_at, revised_by, withdrawn_by } of found) {
    const verdict = failed === null ? 'passed' : `failed: ${(JSON.parse(failed) as string[]).join(', ')}`;
    const since = withdrawn_by !== null ? 'withdrawn' : revised_by !== null ? 'revised' : null;
    const told = `${number ?? 'report'} (${issued_at ?? '?'}): ${verdict}${since === null ? '' : `, ${since}`}`;
    reports.set(stream, [...(reports.get(stream) ?? []), told]);
  }
  return reports;
}
