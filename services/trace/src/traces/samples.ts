import { idOf, type StreamNumber } from '../query/snapshot.ts';
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
};

/** Samples of batches that the viewer may see, and of others those that were sent to them. */
export function samplesOf({ snapshot, sight }: Asking, batches: ReadonlyMap<StreamNumber, BatchFound>): SampleRow[] {
  type Row = {
    batch: StreamNumber;
    sample: string;
    unit: string | null;
    material: string | null;
    laboratory: string | null;
    taken_at: string | null;
    awaited: string | null;
    open: number;
  };
  return snapshot
    .all<Row>(
      `SELECT s.stream AS batch, s.key AS sample, s.unit, s.material, s.laboratory, s.taken_at, s.awaited, s.open
         FROM json_each(:batches) b CROSS JOIN samples s WHERE s.stream = b.value AND {rows s} ORDER BY s.row`,
      { batches: JSON.stringify([...batches.keys()]) },
    )
    .filter(
      ({ batch, laboratory }) =>
        sight.isOf(laboratory) || sight.batch({ batch: snapshot.name(batch), owner: batches.get(batch)?.owner ?? null }),
    )
    .map(({ batch, taken_at, awaited, open, ...rest }) => ({
      ...rest,
      batch: idOf(snapshot.name(batch)),
      takenAt: taken_at,
      awaited: JSON.parse(awaited ?? '[]') as string[],
      open: open === 1,
    }));
}
