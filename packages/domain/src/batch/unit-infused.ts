import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { instant, Moment } from '../time/index.ts';
import { Pseudonym, Uuid } from '../vocabulary/index.ts';
import { BedsideChecks, BedsideShape } from './bedside-check.ts';
import { hospitalRules } from './hospital-rules.ts';
import { impossibleFault, unauthorisedFault } from './infusion-faults.ts';
import { batch } from './state.ts';
import { nameOf } from './unit-name.ts';

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

/** What has been given has been given: every reason of the gate that held at that moment becomes a finding, none refuses the record. */
export const unitInfused = fact(batch, 'unit-infused', {
  title: { en: 'Unit infused', zh: '单元输注' },
  corrects: ['start', 'stop', 'volumeGiven', 'operator', 'verifier', 'occurredAt'],
  schema: Infused,

  decide: (data, state, context) => {
    const impossible = impossibleFault(data, state);
    if (impossible) return record(impossible);
    const unit = state.units.get(data.unit)!;
    // Two people may record one infusion.
    if (unit.infusion) return record(broken(hospitalRules.infusedSame, '/unit', { unit: nameOf(unit) }));
    const { start, stop } = data;
    return record(
      unauthorisedFault(data, data.start ?? context.occurredAt, state, unit, context),
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
