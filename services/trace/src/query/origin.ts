import { lotSearch } from '../model/batches.ts';
import { batchesUsing, foundByPrint, lotsNumbered, preparedOf, recordsNumbered, suppliedBy } from './lots.ts';
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
  /** The one record of a lot that was asked for by its id. */
  readonly record?: StreamNumber;
  /** Records of lots, where a lot was asked for: of that number, and prepared of it to any depth. */
  readonly lots?: readonly StreamNumber[];
  /** Of the roots, those that only name the lot's number in print. */
  readonly byPrint?: readonly StreamNumber[];
  /** Units of which only what came of each is asked for, with what was drawn or cut from each; their batches are not among the roots. */
  readonly parts?: readonly Part[];
  /** Organisations that keep the record of the device, room or person that was asked for. */
  readonly keptBy?: readonly string[];
};

/** @param knows whether the asker knows a batch: of several that say they made a unit of one id, those are meant */
export function findOrigin(snapshot: Snapshot, origin: Origin, knows: (batch: StreamNumber) => boolean): FoundOrigin | undefined {
  if ('donor' in origin) return donorOrigin(snapshot, origin.donor, origin.links);
  if ('donation' in origin) return streamOrigin(snapshot, `donation-${origin.donation}`);
  if ('batch' in origin) return streamOrigin(snapshot, `batch-${origin.batch}`);
  if ('unit' in origin) return unitOrigin(snapshot, origin.unit, knows);
  if ('lot' in origin) return lotOrigin(snapshot, origin.lot, origin.supplier);
  if ('material' in origin) return materialOrigin(snapshot, origin.material);
  return workedOrigin(snapshot, origin);
}

function workedOrigin(snapshot: Snapshot, origin: WorkedOrigin): FoundOrigin | undefined {
  const { roots, parts, keptBy } = touchedBy(snapshot, origin);
  if (roots.length + parts.length + keptBy.length === 0) return undefined;
  return { ...ofUnits(snapshot, parts, roots), keptBy };
}

/** What came of these units, and of whatever was drawn or cut from them: a syringe of a bag goes its own way. */
function ofUnits(snapshot: Snapshot, units: readonly Part[], roots: readonly StreamNumber[] = []): FoundOrigin {
  const batches = JSON.stringify([...new Set(units.map(({ batch }) => batch))]);
  const parts = withTheirParts(snapshot, units, batches);
  const meant = new Set(parts.map(({ batch, id }) => `${batch} ${id}`));
  const children = snapshot
    .all<{ parent: StreamNumber; unit: string; child: StreamNumber }>(
      `SELECT DISTINCT l.parent, l.unit, l.child FROM json_each(:batches) b CROSS JOIN lineage l
        WHERE l.parent = b.value AND l.unit IS NOT NULL AND {rows l}`,
      { batches },
    )
    .filter(({ parent, unit }) => meant.has(`${parent} ${unit}`));
  return { roots: [...new Set([...roots, ...children.map(({ child }) => child)])], person: null, parts };
}

function withTheirParts(snapshot: Snapshot, units: readonly Part[], batches: string): Part[] {
  const parted = snapshot.all<Part & { parent: string }>(
    `SELECT u.key AS id, u.stream AS batch, u.parent FROM json_each(:batches) b CROSS JOIN units u
      WHERE u.stream = b.value AND u.parent IS NOT NULL AND {rows u}`,
    { batches },
  );
  const byWhole = Map.groupBy(parted, ({ batch, parent }) => `${batch} ${parent}`);
  const found = new Map(units.map(({ id, batch }) => [`${batch} ${id}`, { id, batch }]));
  for (const whole of found.keys()) {
    for (const { id, batch } of byWhole.get(whole) ?? []) found.set(`${batch} ${id}`, { id, batch });
  }
  return [...found.values()];
}

function donorOrigin(snapshot: Snapshot, donor: string, links: FollowLinks = 'follow'): FoundOrigin | undefined {
  const person = knownBy(snapshot, `person-${donor}`);
  if (person === undefined) return undefined;
  const { names, followed } = namesOfPerson(snapshot, person, links);
  // A child's own record may name the mother where the donation does not; under whichever of the child's names it was given.
  const children = snapshot.all<{ child: StreamNumber }>(
    `SELECT p.stream AS child FROM persons p
      WHERE p.birth_mother IN (SELECT value FROM json_each(:names)) AND {rows p}`,
    { names: JSON.stringify(names) },
  );
  const theirs = children.flatMap(({ child }) => namesOfPerson(snapshot, child, links).names);
  const given = snapshot.all<{ stream: StreamNumber }>(
    `SELECT d.stream FROM json_each(:names) x CROSS JOIN donations d WHERE d.donor = x.value AND {rows d}
      UNION SELECT d.stream FROM json_each(:theirs) x CROSS JOIN donations d
        WHERE d.donor = x.value AND d.birth_mother IS NULL AND {rows d}
      UNION SELECT d.stream FROM json_each(:names) x CROSS JOIN donations d WHERE d.birth_mother = x.value AND {rows d}`,
    { names: JSON.stringify(names), theirs: JSON.stringify([...new Set(theirs)]) },
  );
  return { roots: given.map(({ stream }) => stream), person, persons: names, followed };
}

function streamOrigin(snapshot: Snapshot, stream: string): FoundOrigin | undefined {
  const number = knownBy(snapshot, stream);
  return number === undefined ? undefined : { roots: [number], person: null };
}

function unitOrigin(snapshot: Snapshot, id: string, knows: (batch: StreamNumber) => boolean): FoundOrigin | undefined {
  const units = findUnit(snapshot, id).filter(({ batch }) => knows(batch));
  return units.length === 0 ? undefined : ofUnits(snapshot, units);
}

function lotOrigin(snapshot: Snapshot, lot: string, supplier: string | undefined): FoundOrigin | undefined {
  const used = snapshot.all<{ stream: StreamNumber }>(
    `SELECT DISTINCT m.stream FROM materials m
      WHERE m.lot_search = :lot AND ${suppliedBy('m')} AND {rows m}`,
    { lot: lotSearch(lot), supplier: supplier ?? null },
  );
  const lots = preparedOf(snapshot, lotsNumbered(snapshot, { lot, supplier }));
  const roots = [...new Set([...used.map(({ stream }) => stream), ...batchesUsing(snapshot, lots)])];
  if (roots.length + lots.length === 0) return undefined;
  const byPrint = foundByPrint(snapshot, roots, recordsNumbered(snapshot, { lot, supplier }));
  return { roots, person: null, lots, byPrint };
}

function materialOrigin(snapshot: Snapshot, id: string): FoundOrigin | undefined {
  const number = knownBy(snapshot, `material-${id}`);
  if (number === undefined) return undefined;
  const lots = preparedOf(snapshot, [number]);
  const roots = batchesUsing(snapshot, lots);
  return { roots, person: null, record: number, lots, byPrint: foundByPrint(snapshot, roots, [number]) };
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
