import { TraceError } from '../errors.ts';
import { PrintedNames } from '../query/names.ts';
import { Sites } from '../query/sites.ts';
import { idOf } from '../query/snapshot.ts';
import { batchesOf, Decisions, findUnit, type Restricted } from '../query/unit-rows.ts';
import { whereaboutsUntilNow } from '../query/whereabouts-until-now.ts';
import type { Asking } from '../traces/answer.ts';
import { type UnitFields, unitFields } from '../traces/unit-fields.ts';
import { sightOf } from '../traces/units.ts';

export type UnitView = UnitFields & {
  readonly owner: string | null;
  readonly thawedAt: string | null;
  readonly thawExpiry: string | null;
  readonly condition: string | null;
  /** Shown to the treating site, oversight and the patient; null to others. */
  readonly treatment: string | null;
  readonly patient: string | null;
  readonly allocatedSite: string | null;
  readonly allRestrictions: readonly Restricted[];
  /** Where it was and who answered for it, by the log; oldest first. */
  readonly whereabouts: readonly Held[];
};

type Held = {
  readonly fromEntry: number;
  readonly recordedAt: string;
  readonly site: string | null;
  readonly tank: string | null;
  readonly slot: string | null;
  readonly holder: string | null;
  readonly inTransit: boolean;
  readonly fate: string | null;
};

/** Where a unit is now, in whose custody, and how it came there. @throws TraceError `not-found` */
export function viewUnit({ snapshot, sight }: Asking, id: string): UnitView {
  const unit = findUnit(snapshot, id)[0];
  const batch = unit && batchesOf(snapshot, [unit.batch]).get(unit.batch);
  if (!unit || !sight.unit(sightOf(snapshot, unit, batch))) {
    throw new TraceError('not-found', `nothing is known of a unit ${id} at this moment`);
  }
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
    condition: unit.condition,
    treatment: isSeen && treatment !== null ? idOf(snapshot.name(treatment)) : null,
    patient: isSeen && patient !== null ? idOf(patient) : null,
    allocatedSite: unit.allocated_site,
    allRestrictions: decisions.restrictionsOf(unit),
    whereabouts: whereaboutsUntilNow(snapshot, unit).map(({ entry, recorded, held }) => ({
      fromEntry: entry,
      recordedAt: new Date(recorded).toISOString(),
      site: held.site,
      tank: held.tank,
      slot: held.slot,
      fate: held.fate,
      holder: held.custodian,
      inTransit: held.in_transit === 1,
    })),
  };
}
