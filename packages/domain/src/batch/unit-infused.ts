import { z } from 'zod';
import { broken, type Check, type Context, fact, record } from '../kernel/index.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { instant, Moment } from '../time/index.ts';
import { Pseudonym, Uuid } from '../vocabulary/index.ts';
import { BedsideChecks, BedsideShape, checkFaults } from './bedside-check.ts';
import { gateFor } from './gate.ts';
import { asOf } from './gate-moment.ts';
import { hospitalRules } from './hospital-rules.ts';
import { type BatchState, batch, type Unit } from './state.ts';
import { nameOf } from './unit-name.ts';
import { restrictionFaults } from './unit-restrictions.ts';

const Infused = z.strictObject({
  unit: Uuid,
  treatment: Uuid,
  ...BedsideShape,
  patient: Pseudonym.optional().describe('As the treatment has it'),
  checks: BedsideChecks.optional().describe('Made at the bedside; left out where they stand in the authorisation'),
  start: Moment.optional().describe('When the cells began to flow; occurredAt where left out'),
  stop: Moment.optional(),
  volumeGiven: MaterialQuantity.optional(),
  operator: Pseudonym.optional().describe('Staff pseudonym of who gave it'),
  verifier: Pseudonym.optional(),
});
type Infused = z.output<typeof Infused>;

/** What has been given has been given: every reason of the gate that held at that moment becomes a finding, none refuses the record. */
export const unitInfused = fact(batch, 'unit-infused', {
  title: { en: 'Unit infused', zh: '单元输注' },
  corrects: ['start', 'stop', 'volumeGiven', 'operator', 'verifier', 'occurredAt'],
  schema: Infused,

  decide: (data, state, context) => {
    const unit = state.units.get(data.unit);
    if (!unit) return record(broken(hospitalRules.unitsUnknown, '/unit', { unit: data.unit }));
    if (unit.infusion) return record(againFault(unit, data.treatment));
    if (unit.end === 'consumed') {
      return record(broken(hospitalRules.infusedConsumed, '/unit', { unit: nameOf(unit), into: unit.consumedInto ?? '?' }));
    }
    const { start, stop } = data;
    return record(
      unauthorisedFault(data, state, unit, context),
      start !== undefined &&
        stop !== undefined &&
        instant(stop) < instant(start) &&
        broken(hospitalRules.infusionOrder, '/stop', { unit: nameOf(unit), start, stop }),
    );
  },

  evolve: (state, { id, occurredAt, data }) => {
    const unit = state.units.get(data.unit);
    if (!unit || unit.infusion || unit.end === 'consumed') return;
    const startedAt = data.start ?? occurredAt;
    unit.infusion = { event: id, treatment: data.treatment, occurredAt: startedAt };
    if (unit.authorisation?.treatment === data.treatment) unit.authorisation.used = true;
    // Given is given: who was exposed counts more than an earlier entry that it was discarded.
    unit.end = 'infused';
    unit.endedAt = data.stop ?? startedAt;
  },
});

/** Two people may record one infusion; one bag cannot be given to two. */
function againFault(unit: Unit, treatmentId: string): Check {
  const { infusion } = unit;
  return infusion?.treatment === treatmentId
    ? broken(hospitalRules.infusedSame, '/unit', { unit: nameOf(unit) })
    : broken(hospitalRules.infusedTwice, '/unit', { unit: nameOf(unit), occurredAt: infusion?.occurredAt ?? '?' });
}

function unauthorisedFault(data: Infused, state: BatchState, unit: Unit, context: Context): Check {
  const at = data.start ?? context.occurredAt;
  const isAuthorised = unit.authorisation?.treatment === data.treatment;
  return [
    !isAuthorised && broken(hospitalRules.infusedUnauthorised, '/unit', { unit: nameOf(unit), treatment: data.treatment }),
    gateFor(state, data.unit, data.treatment, at, context),
    data.patient !== undefined &&
      unit.allocation &&
      unit.allocation.patient !== data.patient &&
      broken(hospitalRules.allocationPatientDiffers, '/patient', { treatment: data.treatment, patient: data.patient }),
    data.checks ? checkFaults(data.checks, state, unit) : undefined,
    restrictionFaults(hospitalRules.restrictedSince, state, unit, asOf(at, context), '/unit', 'since'),
  ];
}
