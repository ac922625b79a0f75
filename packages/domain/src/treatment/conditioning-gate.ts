import {
  type BatchState,
  batch,
  dispositionOf,
  type GateReader,
  gateFor,
  isAllowed,
  nameOf,
  standing,
  type Unit,
} from '../batch/index.ts';
import { normalised } from '../identifiers/index.ts';
import { broken, type Check } from '../kernel/index.ts';
import { instant } from '../time/index.ts';
import type { TreatmentState, UnitNamed } from './state.ts';
import { transplantRules } from './transplant-rules.ts';

/** By when the cells have to be usable: a plan that lies in the past makes no expired bag usable. */
export function usableBy(planned: string | undefined, now: string): string {
  return planned !== undefined && instant(planned) > instant(now) ? planned : now;
}

type Asked = {
  readonly units: readonly UnitNamed[];
  readonly rescue: { readonly required: boolean; readonly units?: readonly UnitNamed[] | undefined };
};

/**
 * Everything that speaks against destroying the patient's own marrow now. An autologous unit has to pass the whole gate of an infusion: released,
 * received, intact, unexpired, allocated to this treatment, of this chain of identity. Cells of another donor are collected after the
 * conditioning has begun: what is missing of them is said, and refuses nothing.
 *
 * @param at RFC 3339; by when the units have to be usable
 */
export function conditioningFaults({ units, rescue }: Asked, state: TreatmentState, at: string, reader: GateReader): Check {
  const product = new Set(units.map(keyOf));
  return [
    units.map((named, n) => productFaults(named, `/units/${n}`, state, at, reader)),
    rescue.required && (rescue.units ?? []).length === 0 && broken(transplantRules.rescueMissing, '/rescue'),
    (rescue.units ?? []).map((named, n) =>
      product.has(keyOf(named))
        ? broken(transplantRules.rescueIsProduct, `/rescue/units/${n}`, { unit: named.unit })
        : rescueFaults(named, `/rescue/units/${n}`, state, at, reader),
    ),
  ];
}

function keyOf({ batch: of, unit }: UnitNamed): string {
  return `${of} ${unit}`;
}

function productFaults(
  { batch: batchId, unit: unitId }: UnitNamed,
  pointer: string,
  state: TreatmentState,
  at: string,
  reader: GateReader,
): Check {
  const found = reader.state(batch, batchId);
  if (!found) return broken(transplantRules.conditioningBatchUnknown, pointer, { batch: batchId });
  const against = gateFor(found, unitId, state.id, at, reader);
  if (found.autologous) return against.map(({ rule, params }) => broken(rule, pointer, params));
  const unit = found.units.get(unitId);
  const name = unit ? nameOf(unit) : unitId;
  return against
    .filter((violation) => !isAllowed([violation]))
    .map(({ rule }) => broken(transplantRules.conditioningProductAway, pointer, { unit: name, reason: rule.id }));
}

function rescueFaults(
  { batch: batchId, unit: id }: UnitNamed,
  pointer: string,
  state: TreatmentState,
  at: string,
  reader: GateReader,
): Check {
  const site = state.site ?? '?';
  const found = reader.state(batch, batchId);
  const unit = found?.units.get(id);
  if (!found || !unit) return broken(transplantRules.rescueAway, pointer, { unit: id, site, reason: 'unknown' });
  const reason = whyUnfit(found, unit, { treatment: state.id, site, at });
  const unitName = nameOf(unit);
  return [
    reason !== null && broken(transplantRules.rescueAway, pointer, { unit: unitName, site, reason }),
    found.autologous &&
      normalised(found.coi ?? '') !== normalised(state.coi ?? '–') &&
      broken(transplantRules.rescueOfOther, pointer, { unit: unitName, coi: found.coi ?? '–', patient: state.coi ?? '–' }),
  ];
}

type Wanted = { readonly treatment: string; readonly site: string; readonly at: string };

/** Rescue cells are unmanipulated and not released as a product: they have to be there, whole, usable, nobody else's and not withdrawn. */
function whyUnfit(found: BatchState, unit: Unit, { treatment, site, at }: Wanted): string | null {
  if (unit.end !== null) return unit.end;
  if (unit.expiry !== null && instant(unit.expiry) <= instant(at)) return `expired at ${unit.expiry}`;
  if (dispositionOf(found, unit)?.kind === 'rejected') return 'rejected';
  if (unit.allocation && unit.allocation.treatment !== treatment) return 'meant for another treatment';
  if (unit.inTransit) return 'in transit';
  if (unit.custodian !== site) return `in the custody of ${unit.custodian ?? '?'}`;
  if (unit.receivedBy !== null && (unit.condition?.value ?? 'to-be-assessed') !== 'accepted') {
    return `received as ${unit.condition?.value ?? 'to-be-assessed'}`;
  }
  const restrictions = { quarantined: found.quarantines, held: found.holds, recalled: found.recalls };
  const restriction = Object.entries(restrictions).find(([, list]) => standing(found, list, unit).length > 0);
  return restriction?.[0] ?? null;
}
