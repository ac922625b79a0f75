import { broken, type Check, type Context, type Violation } from '../kernel/index.ts';
import { type BedsideChecks, checkFaults } from './bedside-check.ts';
import { patientFault } from './bedside-patient.ts';
import { gateFor } from './gate.ts';
import { asOf } from './gate-moment.ts';
import { gateRules } from './gate-rules.ts';
import { hospitalRules } from './hospital-rules.ts';
import { courseOf } from './infusion-course.ts';
import { partsOf } from './reconstitution.ts';
import { reconstitutionRules } from './reconstitution-rules.ts';
import { isBefore } from './scoped.ts';
import type { BatchState, Unit } from './state.ts';
import { nameOf } from './unit-name.ts';
import { restrictionFaults } from './unit-restrictions.ts';

type Said = {
  readonly unit: string;
  readonly treatment: string;
  readonly patient?: string | undefined;
  readonly checks?: BedsideChecks | undefined;
};

/** Why the cells that began to flow at `at` should not have: every reason of the gate that held then. */
export function unauthorisedFault(data: Said, at: string | null, state: BatchState, unit: Unit, context: Context): Check {
  const isAuthorised = unit.authorisation?.treatment === data.treatment;
  return [
    !isAuthorised && broken(hospitalRules.infusedUnauthorised, '/unit', { unit: nameOf(unit), treatment: data.treatment }),
    gateFor(state, data.unit, data.treatment, at, context),
    patientFault(data, unit, context),
    data.checks ? checkFaults(data.checks, state, unit) : undefined,
    restrictionFaults(hospitalRules.restrictedSince, state, unit, asOf(at, context), '/unit', 'since'),
  ];
}

/** Why an interrupted infusion should not have gone on at `at`: what the gate says beside that it was begun. */
export function resumingFault(data: Said, at: string | null, state: BatchState, unit: Unit, context: Context): Check {
  const isOther = ({ rule }: Violation) => rule !== gateRules.started;
  return [
    gateFor(state, data.unit, data.treatment, at, context).filter(isOther),
    patientFault(data, unit, context),
    data.checks ? checkFaults(data.checks, state, unit) : undefined,
  ];
}

/** What stops has begun before. A start that is not told yet may still be told as earlier. */
export function beforeStartFault(unit: Unit, occurredAt: string | null): Check {
  const course = courseOf(unit);
  const start = unit.infusion?.occurredAt ?? null;
  return (
    (!course || course.started) &&
    isBefore(occurredAt, start) &&
    broken(hospitalRules.infusionOrder, '//occurredAt', { unit: nameOf(unit), start: start ?? '?', stop: occurredAt ?? '?' })
  );
}

/** Nothing of the unit can have been given in this treatment. */
export function impossibleFault({ unit: id, treatment }: Said, state: BatchState): Violation | undefined {
  const unit = state.units.get(id);
  if (!unit) return broken(hospitalRules.unitsUnknown, '/unit', { unit: id });
  const { infusion } = unit;
  if (infusion && infusion.treatment !== treatment) {
    return broken(hospitalRules.infusedTwice, '/unit', { unit: nameOf(unit), occurredAt: infusion.occurredAt ?? '?' });
  }
  return unit.end === 'consumed' ? usedUp(unit, state) : undefined;
}

function usedUp(unit: Unit, state: BatchState): Violation {
  return unit.consumedInto === null
    ? broken(reconstitutionRules.drawn, '/unit', { unit: nameOf(unit), count: partsOf(state, unit).length })
    : broken(hospitalRules.infusedConsumed, '/unit', { unit: nameOf(unit), into: unit.consumedInto });
}
