import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { Identifiers } from '../identifiers/index.ts';
import { broken, fact, record } from '../kernel/index.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { OrganisationId, SiteCode, Uuid } from '../vocabulary/index.ts';
import { SampledMaterial } from './codes.ts';
import { abandonedFault } from './processing.ts';
import { batchRules } from './rules.ts';
import { endedFaults, endUnit } from './scoped.ts';
import { batch } from './state.ts';

/** The laboratory that a sample is sent to may see and report on the batch until its results are in. */
export const unitSampled = fact(batch, 'unit-sampled', {
  title: { en: 'Sample taken', zh: '取样' },
  corrects: ['material', 'quantity', 'lines', 'identifiers', 'operator', 'verifier', 'occurredAt'],
  schema: z.strictObject({
    sample: Uuid,
    identifiers: Identifiers.optional(),
    unit: Uuid.optional().describe('Unit that became the sample, whole; left out for in-process samples'),
    laboratory: OrganisationId.describe('Laboratory that tests it'),
    material: SampledMaterial.optional(),
    quantity: MaterialQuantity.optional(),
    lines: z.array(SiteCode).max(100).optional().describe('Specification lines asked for; all open ones when left out'),
    ...Hands,
  }),

  decide: (data, state, context) => {
    const unit = data.unit === undefined ? undefined : state.units.get(data.unit);
    return record(
      abandonedFault(state),
      state.samples.has(data.sample) && broken(batchRules.sampleKnown, '/sample', { sample: data.sample }),
      data.unit !== undefined && !unit && broken(batchRules.unitUnknown, '/unit', { unit: data.unit }),
      unit && endedFaults([unit], context.occurredAt, '/unit'),
      handsFault(batchRules.verifierIsOperator, data, context),
    );
  },

  evolve: (state, { id, occurredAt, data }) => {
    const unit = data.unit === undefined ? undefined : state.units.get(data.unit);
    if (unit) endUnit(unit, 'sampled', occurredAt);
    if (state.samples.has(data.sample)) return;
    const sample = {
      sample: data.sample,
      laboratory: data.laboratory,
      event: id,
      unit: data.unit ?? null,
      awaited: new Set(data.lines),
    };
    state.samples.set(data.sample, sample);
    state.openSamples.set(data.sample, sample);
  },
});
