import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, type Check, type Context, fact, record } from '../kernel/index.ts';
import { Pseudonym, SiteCode, Uuid } from '../vocabulary/index.ts';
import { BedsideChecks, BedsideShape } from './bedside-check.ts';
import { hospitalRules } from './hospital-rules.ts';
import { courseOf, takeStep } from './infusion-course.ts';
import { impossibleFault, resumingFault, unauthorisedFault } from './infusion-faults.ts';
import { infusionRules } from './infusion-rules.ts';
import { batchRules } from './rules.ts';
import { isBefore } from './scoped.ts';
import { type BatchState, batch, type Unit } from './state.ts';
import { nameOf } from './unit-name.ts';

const Started = z.strictObject({
  unit: Uuid,
  treatment: Uuid,
  ...BedsideShape,
  patient: Pseudonym.optional().describe('As the treatment has it'),
  checks: BedsideChecks.optional().describe('Made at the bedside; left out where they stand in the authorisation'),
  device: SiteCode.optional().describe('Pump'),
  ...Hands,
});
type Started = z.output<typeof Started>;

/**
 * The cells begin to flow, or flow again after an interruption: `occurredAt` is when. From the first on the unit counts as given, and is never
 * authorised again.
 */
export const unitInfusionStarted = fact(batch, 'unit-infusion-started', {
  title: { en: 'Infusion of a unit started', zh: '单元输注开始' },
  corrects: ['device', 'operator', 'verifier', 'occurredAt'],
  schema: Started,

  decide: (data, state, context) => {
    const impossible = impossibleFault(data, state);
    if (impossible) return record(impossible);
    const unit = state.units.get(data.unit)!;
    return record(startFaults(data, state, unit, context), handsFault(batchRules.verifierIsOperator, data, context));
  },

  evolve: (state, event) => takeStep(state, event, 'started'),
});

function startFaults(data: Started, state: BatchState, unit: Unit, context: Context): Check {
  const { occurredAt } = context;
  if (!unit.infusion) return unauthorisedFault(data, occurredAt, state, unit, context);
  const name = nameOf(unit);
  const course = courseOf(unit);
  const again = broken(hospitalRules.infusedSame, '/unit', { unit: name });
  if (!course) return again;
  // The start comes after its own end or interruption was told: those were held against the gate already.
  if (!course.started && course.steps.some((step) => isBefore(occurredAt, step.occurredAt))) return undefined;
  const before = course.steps.findLast((step) => !isBefore(occurredAt, step.occurredAt));
  if (before?.kind === 'interrupted') return resumingFault(data, occurredAt, state, unit, context);
  if (before?.kind !== 'ended') return again;
  return [
    broken(infusionRules.startedAfterEnd, '/unit', { unit: name, ended: before.occurredAt ?? '?' }),
    resumingFault(data, occurredAt, state, unit, context),
  ];
}
