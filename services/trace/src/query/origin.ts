import { TraceError } from '../errors.ts';
import { lotSearch } from '../model/batches.ts';
import { batchesUsing, foundByPrint, lotsNumbered, preparedOf, recordsNumbered } from './lots.ts';
import { type FollowedLink, type FollowLinks, namesOfPerson } from './person-links.ts';
import type { Snapshot, StreamNumber } from './snapshot.ts';
import { findUnit } from './unit-rows.ts';
import { type Part, touchedBy, type WorkedOrigin } from './worked-origin.ts';

/** Where a forward trace begins. Ids without their stream's prefix. */
export type Origin =
  | { readonly donor: string; readonly links?: FollowLinks | undefined }
  | { readonly donation: string }
  | { readonly batch: string }
  | { readonly unit: string }
  | { readonly lot: string; readonly supplier?: string | undefined }
  /** One delivery or preparation of a lot, by its record. */
  | { readonly material: string }
  | WorkedOrigin;

export type FoundOrigin = {
  /** What is walked from. */
  readonly roots: readonly StreamNumber[];
  /** The donor, where one was asked for. */
  readonly person: StreamNumber | null;
  /** Every pseudonym of the donor that was asked about, the one asked for first. */
  readonly persons?: readonly StreamNumber[];
  /** Links between pseudonyms that led to the others. */
  readonly followed?: readonly FollowedLink[];
  /** The unit, where only what came of it is asked for; its batch is not among the roots. */
  readonly unit: { readonly id: string; readonly batch: StreamNumber } | null;
  /** The one record of a lot that was asked for by its id. */
  readonly record?: StreamNumber;
  /** Records of lots, where a lot was asked for: of that number, and prepared of it to any depth. */
  readonly lots?: readonly StreamNumber[];
  /** Of the roots, those that only name the lot's number in print. */
  readonly byPrint?: readonly StreamNumber[];
  /** Units of which only what came of each is asked for; their batches are not among the roots. */
  readonly parts?: readonly Part[];
  /** Organisations that keep the record of the device, room or person that was asked for. */
  readonly keptBy?: readonly string[];
};

/** @throws TraceError `not-found` */
export function findOrigin(snapshot: Snapshot, origin: Origin): FoundOrigin {
  const found = find(snapshot, origin);
  if (!found) throw new TraceError('not-found', `nothing is known of ${JSON.stringify(origin)} at this moment`);
  return found;
}

function find(snapshot: Snapshot, origin: Origin): FoundOrigin | undefined {
  if ('donor' in origin) return donorOrigin(snapshot, origin.donor, origin.links);
  if ('donation' in origin) return streamOrigin(snapshot, `donation-${origin.donation}`);
  if ('batch' in origin) return streamOrigin(snapshot, `batch-${origin.batch}`);
  if ('unit' in origin) return unitOrigin(snapshot, origin.unit);
  if ('lot' in origin) return lotOrigin(snapshot, origin.lot, origin.supplier);
  if ('material' in origin) return materialOrigin(snapshot, origin.material);
  return workedOrigin(snapshot, origin);
}

function workedOrigin(snapshot: Snapshot, origin: WorkedOrigin): FoundOrigin | undefined {
  const { roots, parts, keptBy } = touchedBy(snapshot, origin);
  if (roots.length + parts.length + keptBy.length === 0) return undefined;
  const units = JSON.stringify(parts.map(({ id }) => id));
  const children = snapshot.all<{ child: StreamNumber }>(
    `SELECT DISTINCT l.child FROM json_each(:batches) b CROSS JOIN lineage l
      WHERE l.parent = b.value AND l.unit IN (SELECT value FROM json_each(:units)) AND {rows l}`,
    { batches: JSON.stringify([...new Set(parts.map(({ batch }) => batch))]), units },
  );
  return { roots: [...new Set([...roots, ...children.map(({ child }) => child)])], person: null, unit: null, parts, keptBy };
}

function donorOrigin(snapshot: Snapshot, donor: string, links: FollowLinks = 'follow'): FoundOrigin | undefined {
  const person = knownBy(snapshot, `person-${donor}`);
  if (person === undefined) return undefined;
  const { names, followed } = namesOfPerson(snapshot, person, links);
  const given = snapshot.all<{ stream: StreamNumber }>(
    `SELECT d.stream FROM json_each(:names) x CROSS JOIN donations d WHERE d.donor = x.value AND {rows d}
      UNION SELECT d.stream FROM json_each(:names) x CROSS JOIN donations d WHERE d.birth_mother = x.value AND {rows d}`,
    { names: JSON.stringify(names) },
  );
  return { roots: given.map(({ stream }) => stream), person, persons: names, followed, unit: null };
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
  const lots = preparedOf(snapshot, lotsNumbered(snapshot, { lot, supplier }));
  const roots = [...new Set([...used.map(({ stream }) => stream), ...batchesUsing(snapshot, lots)])];
  if (roots.length + lots.length === 0) return undefined;
  const byPrint = foundByPrint(snapshot, roots, recordsNumbered(snapshot, { lot, supplier }));
  return { roots, person: null, unit: null, lots, byPrint };
}

function materialOrigin(snapshot: Snapshot, id: string): FoundOrigin | undefined {
  const number = knownBy(snapshot, `material-${id}`);
  if (number === undefined) return undefined;
  const lots = preparedOf(snapshot, [number]);
  const roots = batchesUsing(snapshot, lots);
  return { roots, person: null, unit: null, record: number, lots, byPrint: foundByPrint(snapshot, roots, [number]) };
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
