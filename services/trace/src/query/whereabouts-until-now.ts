import { SHARED } from '../model/shared-rows.ts';
import { whereabouts } from '../model/whereabouts.ts';
import type { Snapshot } from './snapshot.ts';
import type { UnitFound } from './unit-rows.ts';

type Place = {
  readonly site: string | null;
  readonly tank: string | null;
  readonly slot: string | null;
  readonly custodian: string | null;
  readonly in_transit: number | null;
  readonly fate: string | null;
  readonly confirmed_at: string | null;
};
type Version = Place & { readonly began: number; readonly ended: number };

/** What was true from a log entry on, and when that entry was recorded: milliseconds since 1970. */
type Told = { readonly entry: number; readonly recorded: number; readonly held: Place };

const OWN = 'SELECT w.* FROM whereabouts w WHERE w.stream = :batch AND w.key = :id AND w.began <= :e';
/** Clipped to when the unit was one of those of the split; of two columns of one name the later counts. */
const SHARED_WITH = `SELECT w.*, max(w.began, u.began) AS began, min(w.ended, u.ended) AS ended FROM units u CROSS JOIN whereabouts w
  WHERE u.stream = :batch AND u.key = :id AND u.began <= :e AND w.stream = u.stream AND w.key = '${SHARED}' || u.made_at
    AND w.began <= :e AND w.began < u.ended AND w.ended > u.began`;

/** All that was true of where a unit is, up to the moment; oldest first. */
export function whereaboutsUntilNow(snapshot: Snapshot, { batch, id }: Pick<UnitFound, 'batch' | 'id'>): Told[] {
  const own = byEntry(snapshot.all<Version>(OWN, { batch, id }));
  const shared = byEntry(snapshot.all<Version>(SHARED_WITH, { batch, id }));
  const entries = [...own.values(), ...shared.values()].flatMap(({ began, ended }) => [began, ended]);
  const told: Told[] = [];
  let its: Version | undefined;
  let theirs: Version | undefined;
  let last: Version | undefined;
  for (const entry of [...new Set(entries)].sort((a, b) => a - b)) {
    if (entry > snapshot.moment.entry) break;
    its = own.get(entry) ?? (its && its.ended > entry ? its : undefined);
    theirs = shared.get(entry) ?? (theirs && theirs.ended > entry ? theirs : undefined);
    const held = its ?? theirs;
    if (held && !(last && saysTheSame(held, last))) told.push({ entry, recorded: recordedAt(snapshot, entry), held });
    last = held;
  }
  return told;
}

function byEntry(versions: readonly Version[]): ReadonlyMap<number, Version> {
  return new Map(versions.map((version) => [version.began, version]));
}

function saysTheSame(a: Version, b: Version): boolean {
  return whereabouts.columnNames.every((column) => a[column as keyof Version] === b[column as keyof Version]);
}

function recordedAt(snapshot: Snapshot, entry: number): number {
  return snapshot.get<{ recorded: number }>('SELECT recorded FROM entries WHERE entry = :entry', { entry })!.recorded;
}
