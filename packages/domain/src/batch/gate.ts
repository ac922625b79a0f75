import { broken, type Check, record, type Violation } from '../kernel/index.ts';
import { treatment } from '../treatment/state.ts';
import { ancestorFaults } from './gate-ancestors.ts';
import { donorFaults } from './gate-donors.ts';
import { lotFaults } from './gate-lots.ts';
import { asOf, type GateReader } from './gate-moment.ts';
import { isRescueDue, rescueFaults } from './gate-rescue.ts';
import { gateRules } from './gate-rules.ts';
import { clockFaults, dispositionFaults, placeFaults, treatmentFaults } from './gate-unit.ts';
import { gapsOf, legaciesOf, sentencesOf } from './legacy-gaps.ts';
import { unmadeUnit } from './new-unit.ts';
import type { BatchState, Unit } from './state.ts';
import { nameOf } from './unit-name.ts';

/**
 * Everything that speaks against giving this unit in this treatment at `at` (RFC 3339; null when unknown), not only the first reason. Those
 * of severity `warn` are to be shown and refuse nothing. Reads donors, ancestors, shipment, product and treatment by itself and relies on no
 * policy having run.
 */
export function gateFor(
  state: BatchState,
  unitId: string,
  treatmentId: string,
  at: string | null,
  reader: GateReader,
): readonly Violation[] {
  const unit = state.units.get(unitId);
  if (!unit) return [broken(gateRules.unitUnknown, '/unit', { batch: state.id, unit: unitId })];
  return faultsOf(state, unit, treatmentId, at, reader);
}

/** What speaks against cells of which no unit is made yet: as {@link gateFor} says it of a unit, beside that they are neither released nor there. */
export function gateForUnmade(state: BatchState, treatmentId: string, at: string, reader: GateReader): readonly Violation[] {
  return faultsOf(state, unmadeUnit(state), treatmentId, at, reader);
}

function faultsOf(
  state: BatchState,
  unit: Unit,
  treatmentId: string,
  at: string | null,
  reader: GateReader,
): readonly Violation[] {
  const planned = reader.state(treatment, treatmentId);
  const moment = asOf(at, reader);
  const isRescue = isRescueDue(state, unit, planned, at);
  const asked = { id: treatmentId, patient: planned?.patient ?? null, site: planned?.site ?? null, isRescue };
  return record(
    dispositionFaults(state, unit, moment, asked),
    rescueFaults(state, unit, planned, at),
    clockFaults(state, unit, at, reader),
    treatmentFaults(state, unit, asked, planned),
    placeFaults(state, unit, asked, reader),
    donorFaults(state, unit, planned, at, reader),
    ancestorFaults(state, unit, moment, reader),
    legacyFaults(state, unit, reader),
    lotFaults(state, unit, at, reader),
  ).violations;
}

/** Whether nothing refuses: warnings do not. */
export function isAllowed(violations: readonly Violation[]): boolean {
  return violations.every(({ rule }) => rule.severity === 'warn');
}

/** What is not known of an imported record is said at the bedside too; whether it may be used at all, the signers of the release decided. */
function legacyFaults(state: BatchState, unit: Unit, reader: GateReader): Check {
  return legaciesOf(state, reader).map(({ name, legacy }) => {
    const gaps = gapsOf(legacy);
    return gaps.length > 0 && broken(gateRules.legacyGaps, '/unit', { unit: nameOf(unit), bank: name, ...sentencesOf(gaps) });
  });
}
