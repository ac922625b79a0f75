import { TraceError } from '../errors.ts';
import { type GivenFound, GivenOf } from '../query/given.ts';
import { PrintedNames } from '../query/names.ts';
import { Sites } from '../query/sites.ts';
import { idOf, type Snapshot } from '../query/snapshot.ts';
import { batchesOf, Decisions, findUnit, type Restricted, type UnitFound } from '../query/unit-rows.ts';
import { whereaboutsUntilNow } from '../query/whereabouts-until-now.ts';
import { amount } from '../traces/amounts.ts';
import type { Asking } from '../traces/answer.ts';
import { type UnitFields, unitFields } from '../traces/unit-fields.ts';
import { sightOf } from '../traces/units.ts';

export type UnitView = UnitFields & {
  readonly owner: string | null;
  readonly thawedAt: string | null;
  readonly thawExpiry: string | null;
  readonly reconstitutedAt: string | null;
  readonly reconstitutedExpiry: string | null;
  readonly damage: string | null;
  /** Labels that were on it before and are void. */
  readonly oldLabels: readonly OldLabel[];
  /** Segments of it, and syringes that were drawn from it. */
  readonly parts: readonly string[];
  readonly condition: string | null;
  /** Shown to the treating site, oversight and the patient; null to others. */
  readonly treatment: string | null;
  readonly patient: string | null;
  readonly allocatedSite: string | null;
  /** How much of it was given, shown with the treatment; null to others and of what was not given. */
  readonly given: GivenView | null;
  readonly allRestrictions: readonly Restricted[];
  /** Where it was and who answered for it, by the log; oldest first. */
  readonly whereabouts: readonly Held[];
};

type OldLabel = { readonly label: string; readonly code: string | null; readonly replacedBy: string };

type GivenView = {
  readonly status: string | null;
  readonly percent: string | null;
  readonly dose: string | null;
  readonly volume: string | null;
  readonly remainder: string | null;
  readonly remainderFate: string | null;
  readonly reason: string | null;
  readonly interruptions: number;
  readonly until: string | null;
};

type Held = {
  readonly fromEntry: number;
  readonly recordedAt: string;
  /** When it was last seen or handled by then, by its reporters; null where nobody said. */
  readonly occurredAt: string | null;
  readonly site: string | null;
  readonly tank: string | null;
  readonly slot: string | null;
  readonly holder: string | null;
  readonly inTransit: boolean;
  readonly fate: string | null;
};

/** Where a unit is now, in whose custody, and how it came there. @throws TraceError `not-found` */
export function viewUnit({ snapshot, sight }: Asking, id: string): UnitView {
  const all = findUnit(snapshot, id);
  const batches = batchesOf(
    snapshot,
    all.map((each) => each.batch),
  );
  const unit = all.find((each) => sight.unit(sightOf(snapshot, each, batches.get(each.batch))));
  if (!unit) {
    throw new TraceError('not-found', `nothing is known of a unit ${id} at this moment`);
  }
  const batch = batches.get(unit.batch);
  const decisions = new Decisions(snapshot, [unit.batch]);
  const printed = new PrintedNames(snapshot, [unit.batch], [unit]);
  const treatment = unit.infused_in ?? unit.allocated_to;
  const patient = snapshot.name(unit.allocated_patient);
  const isSeen = sight.treatment({ site: unit.allocated_site, patient });
  return {
    ...unitFields(snapshot, unit, batch, { decisions, printed, sites: new Sites(snapshot) }),
    owner: batch?.owner ?? null,
    thawedAt: unit.thawed_at,
    thawExpiry: unit.thaw_expiry,
    reconstitutedAt: unit.reconstituted_at,
    reconstitutedExpiry: unit.reconstituted_expiry,
    damage: unit.damage,
    oldLabels: oldLabelsOf(snapshot, unit),
    parts: partsOf(snapshot, unit),
    condition: unit.condition,
    treatment: isSeen && treatment !== null ? idOf(snapshot.name(treatment)) : null,
    patient: isSeen && patient !== null ? idOf(patient) : null,
    allocatedSite: unit.allocated_site,
    given: isSeen ? givenView(new GivenOf(snapshot, [unit]).of(unit)) : null,
    allRestrictions: decisions.restrictionsOf(unit),
    whereabouts: whereaboutsUntilNow(snapshot, unit).map(({ entry, recorded, held }) => ({
      fromEntry: entry,
      recordedAt: new Date(recorded).toISOString(),
      occurredAt: held.confirmed_at,
      site: held.site,
      tank: held.tank,
      slot: held.slot,
      fate: held.fate,
      holder: held.custodian,
      inTransit: held.in_transit === 1,
    })),
  };
}

function oldLabelsOf(snapshot: Snapshot, { batch, id }: UnitFound): OldLabel[] {
  return snapshot.all<OldLabel>(
    `SELECT l.label, l.code, l.replaced_by AS replacedBy FROM labels l
      WHERE l.stream = :batch AND l.key >= :id || '|' AND l.key < :id || '}' AND {rows l} ORDER BY l.row`,
    { batch, id },
  );
}

function partsOf(snapshot: Snapshot, { batch, id }: UnitFound): string[] {
  return snapshot
    .all<{ id: string }>(
      'SELECT u.key AS id FROM units u WHERE u.stream = :batch AND u.parent = :id AND {rows u} ORDER BY u.ordinal',
      { batch, id },
    )
    .map((part) => part.id);
}

function givenView(given: GivenFound | undefined): GivenView | null {
  if (!given) return null;
  return {
    status: given.status,
    percent: given.fraction,
    dose: amount(given.dose),
    volume: amount(given.volume),
    remainder: amount(given.remainder),
    remainderFate: given.remainder_fate,
    reason: given.reason,
    interruptions: given.interruptions ?? 0,
    until: given.stopped_at,
  };
}
