import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, fact, record } from '../kernel/index.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { OrganisationId, SiteCode, Uuid } from '../vocabulary/index.ts';
import { materialRules } from './rules.ts';
import { material } from './state.ts';

/** A part is taken to be tested before the lot is released. What becomes of it stands in the sample's own record. */
export const sampled = fact(material, 'sampled', {
  title: { en: 'Material sampled', zh: '物料取样' },
  corrects: ['quantity', 'tests', 'operator', 'verifier', 'occurredAt'],
  schema: z.strictObject({
    sample: Uuid,
    laboratory: OrganisationId.optional().describe('Laboratory that tests it; the own one when left out'),
    quantity: MaterialQuantity.optional(),
    tests: z.array(SiteCode).max(100).optional().describe('What is asked for'),
    ...Hands,
  }),

  decide: (data, state, context) =>
    record(
      state.samples.has(data.sample) && broken(materialRules.sampledTwice, '/sample', { sample: data.sample }),
      handsFault(materialRules.verifierIsOperator, data, context),
    ),

  evolve: (state, { data }) => {
    if (!state.samples.has(data.sample)) state.samples.set(data.sample, data.laboratory ?? null);
  },
});
