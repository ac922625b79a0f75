import {
  type BatchState,
  batch,
  dispositionOf,
  type GateReader,
  gateFor,
  gateForUnmade,
  gateRules,
  isAllowed,
  nameOf,
  standing,
  thawOf,
  type Unit,
} from '../batch/index.ts';
import { sameChain } from '../identifiers/index.ts';
import { broken, type Check, type Rule, type Violation } from '../kernel/index.ts';
import { product } from '../registry/index.ts';
import { instant } from '../time/index.ts';
import type { ConditioningIntensity } from './codes.ts';
import type { TreatmentState, UnitNamed } from './state.ts';
import { transplantRules } from './transplant-rules.ts';

/** By when the cells have to be usable: a plan that lies in the past makes no expired bag usable. */
export function usableBy(planned: string | undefined, now: string): string {
  return planned !== undefined && instant(planned) > instant(now) ? planned : now;
}

type Asked = {
  readonly units: readonly UnitNamed[];
  /** Batches of a fresh product that is still being made. */
  readonly inPreparation?: readonly string[] | undefined;
  readonly intensity?: ConditioningIntensity | undefined;
  readonly rescue: { readonly required: boolean; readonly units?: readonly UnitNamed[] | undefined };
};

/**
 * Everything that speaks against destroying the patient's own marrow now. An autologous unit has to pass the whole gate of an infusion: released,
 * received, intact, unexpired, allocated to this treatment, of this chain of identity. A product that is specified as fresh cannot be there before
 * lymphodepletion: what is still to come of it is said, and what speaks against it refuses. Cells of another donor are collected after the
 * conditioning has begun: what is missing of them is said, and refuses nothing.
 *
 * @param at RFC 3339; by when the units have to be usable
 */
export function conditioningFaults(asked: Asked, state: TreatmentState, at: string, reader: GateReader): Check {
  const { units, inPreparation = [], rescue, intensity } = asked;
  const given = new Set(units.map(keyOf));
  const gate = { state, at, reader, intensity };
  return [
    units.length === 0 && inPreparation.length === 0 && broken(transplantRules.conditioningProductMissing, '/units'),
    units.map((named, n) => productFaults(named, `/units/${n}`, gate)),
    inPreparation.map((id, n) => unmadeFaults(id, `/inPreparation/${n}`, gate)),
    rescue.required && (rescue.units ?? []).length === 0 && broken(transplantRules.rescueMissing, '/rescue'),
    (rescue.units ?? []).map((named, n) =>
      given.has(keyOf(named))
        ? broken(transplantRules.rescueIsProduct, `/rescue/units/${n}`, { unit: named.unit })
        : rescueFaults(named, `/rescue/units/${n}`, state, at, reader),
    ),
  ];
}

function keyOf({ batch: of, unit }: UnitNamed): string {
  return `${of} ${unit}`;
}

type Gate = {
  readonly state: TreatmentState;
  readonly at: string;
  readonly reader: GateReader;
  readonly intensity: ConditioningIntensity | undefined;
};

function productFaults({ batch: batchId, unit: unitId }: UnitNamed, pointer: string, gate: Gate): Check {
  const { state, at, reader } = gate;
  const found = reader.state(batch, batchId);
  if (!found) return broken(transplantRules.conditioningBatchUnknown, pointer, { batch: batchId });
  const against = gateFor(found, unitId, state.id, at, reader);
  const unit = found.units.get(unitId);
  const name = unit ? nameOf(unit) : unitId;
  if (found.autologous) {
    const isAwaited = unit !== undefined && !unit.cryopreserved && isFresh(found, reader);
    return isAwaited ? awaitedFaults(against, name, pointer, gate) : against.map((each) => pointed(each, pointer));
  }
  return against
    .filter((violation) => !isAllowed([violation]))
    .map(({ rule }) => broken(transplantRules.conditioningProductAway, pointer, { unit: name, reason: rule.id }));
}

/** A fresh product of which no unit is filled yet, asked as far as it can be. */
function unmadeFaults(batchId: string, pointer: string, gate: Gate): Check {
  const found = gate.reader.state(batch, batchId);
  if (found?.status !== 'open') return broken(transplantRules.conditioningBatchUnknown, pointer, { batch: batchId });
  const name = found.identifiers[0]?.value ?? batchId;
  if (!found.autologous)
    return broken(transplantRules.conditioningProductAway, pointer, { unit: name, reason: gateRules.unitUnknown.id });
  const against = gateForUnmade(found, gate.state.id, gate.at, gate.reader);
  if (isFresh(found, gate.reader)) return awaitedFaults(against, name, pointer, gate);
  return [
    broken(transplantRules.conditioningNotFresh, pointer, { batch: name }),
    against.filter(({ rule }) => !STILL_TO_COME.has(rule)).map((each) => pointed(each, pointer)),
  ];
}

/** Said so by the specification version to which the batch is bound. */
function isFresh({ product: bound }: BatchState, reader: GateReader): boolean {
  return bound !== null && reader.state(product, bound.id)?.specifications.get(bound.specification)?.fresh === true;
}

/** What cannot be before a fresh product is made, and is no fault of its cells. */
const STILL_TO_COME: ReadonlySet<Rule> = new Set([
  gateRules.notReleased,
  gateRules.notAllocated,
  gateRules.inTransit,
  gateRules.notReceived,
]);

/**
 * Cells that live for hours are given days after the lymphodepletion has begun. What is still to come is told and refuses nothing, as long as the patient
 * recovers without the cells; whatever speaks against the cells themselves refuses as ever.
 */
function awaitedFaults(against: readonly Violation[], name: string, pointer: string, { intensity }: Gate): Check {
  const toCome = against.filter(({ rule }) => STILL_TO_COME.has(rule));
  return [
    against.filter(({ rule }) => !STILL_TO_COME.has(rule)).map((each) => pointed(each, pointer)),
    toCome.length > 0 && [
      intensity !== 'lymphodepleting' &&
        broken(transplantRules.conditioningOnlyLymphodepletion, pointer, { intensity: intensity ?? '?' }),
      broken(transplantRules.conditioningFreshAway, pointer, {
        product: name,
        reason: toCome.map(({ rule }) => rule.id).join(', '),
      }),
    ],
  ];
}

function pointed({ rule, params }: Violation, pointer: string): Violation {
  return broken(rule, pointer, params);
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
      !sameChain(found.coi, state.coi) &&
      broken(transplantRules.rescueOfOther, pointer, { unit: unitName, coi: found.coi ?? '–', patient: state.coi ?? '–' }),
  ];
}

type Wanted = { readonly treatment: string; readonly site: string; readonly at: string };

/** Rescue cells are unmanipulated and not released as a product: they have to be there, whole, usable, nobody else's and not withdrawn. */
function whyUnfit(found: BatchState, unit: Unit, { treatment, site, at }: Wanted): string | null {
  if (unit.end !== null) return unit.end;
  if (unit.expiry !== null && instant(unit.expiry) <= instant(at)) return `expired at ${unit.expiry}`;
  if (thawOf(found, unit)) return 'thawed';
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
