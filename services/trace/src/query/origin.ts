import { TraceError } from '../errors.ts';
import { lotSearch } from '../model/batches.ts';
import type { Snapshot, StreamNumber } from './snapshot.ts';
import { findUnit } from './unit-rows.ts';

/** Where a forward trace begins. Ids without their stream's prefix. */
export type Origin =
  | { readonly donor: string }
  | { readonly donation: string }
  | { readonly batch: string }
  | { readonly unit: string }
  | { readonly lot: string; readonly supplier?: string | undefined };

export type FoundOrigin = {
  /** What is walked from. */
  readonly roots: readonly StreamNumber[];
  /** The donor, where one was asked for. */
  readonly person: StreamNumber | null;
  /** The unit, where only what came of it is asked for; its batch is not among the roots. */
  readonly unit: { readonly id: string; readonly batch: StreamNumber } | null;
};

/** @throws TraceError `not-found` */
export function findOrigin(snapshot: Snapshot, origin: Origin): FoundOrigin {
  const found = find(snapshot, origin);
  if (!found) throw new TraceError('not-found', `nothing is known of ${JSON.stringify(origin)} at this moment`);
  return found;
}

function find(snapshot: Snapshot, origin: Origin): FoundOrigin | undefined {
  if ('donor' in origin) return donorOrigin(snapshot, origin.donor);
  if ('donation' in origin) return streamOrigin(snapshot, `donation-${origin.donation}`);
  if ('batch' in origin) return streamOrigin(snapshot, `batch-${origin.batch}`);
  if ('unit' in origin) return unitOrigin(snapshot, origin.unit);
  return lotOrigin(snapshot, origin.lot, origin.supplier);
}

function donorOrigin(snapshot: Snapshot, donor: string): FoundOrigin | undefined {
  const person = knownBy(snapshot, `person-${donor}`);
  if (person === undefined) return undefined;
  const given = snapshot.all<{ stream: StreamNumber }>(
    `SELECT d.stream FROM donations d WHERE d.donor = :person AND {rows d}
      UNION SELECT d.stream FROM donations d WHERE d.birth_mother = :person AND {rows d}`,
    { person },
  );
  return { roots: given.map(({ stream }) => stream), person, unit: null };
}

function streamOrigin(snapshot: Snapshot, stream: string): FoundOrigin | undefined {
  const number = knownBy(snapshot, stream);
  return number === undefined ? undefined : { roots: [number], person: null, unit: null };
}

function unitOrigin(snapshot: Snapshot, id: string): FoundOrigin | undefined {
  const [unit] = findUnit(snapshot, id);
  if (!unit) return undefined;
  const children = snapshot.all<{ child: StreamNumber }>(
    'SELECT DISTINCT l.child FROM lineage l WHERE l.parent = :batch AND l.unit = :id AND {rows l}',
    { batch: unit.batch, id },
  );
  return { roots: children.map(({ child }) => child), person: null, unit: { id, batch: unit.batch } };
}

function lotOrigin(snapshot: Snapshot, lot: string, supplier: string | undefined): FoundOrigin | undefined {
  const used = snapshot.all<{ stream: StreamNumber }>(
    `SELECT DISTINCT m.stream FROM materials m
      WHERE m.lot_search = :lot AND (:supplier IS NULL OR m.supplier = :supplier) AND {rows m}`,
    { lot: lotSearch(lot), supplier: supplier ?? null },
  );
  return used.length === 0 ? undefined : { roots: used.map(({ stream }) => stream), person: null, unit: null };
}

/** The stream's number, where it had events by then. A stream that was only named does not count. */
export function knownBy(snapshot: Snapshot, stream: string): StreamNumber | undefined {
  const number = snapshot.number(stream);
  if (number === undefined) return undefined;
  const first = snapshot.get<{ entry: number }>('SELECT entry FROM entries WHERE stream = :number AND seq = 0 AND entry <= :e', {
    number,
  });
  return first && number;
}
