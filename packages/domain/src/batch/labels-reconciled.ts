import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, fact, record } from '../kernel/index.ts';
import { labelRules } from './label-rules.ts';
import { batchRules } from './rules.ts';
import { batch } from './state.ts';

const Count = z.int().min(0).max(1_000_000);

/** issued = applied + spoiled and destroyed + returned + unaccounted for. What does not add up, or with the records, is a finding. */
export const labelsReconciled = fact(batch, 'labels-reconciled', {
  title: { en: 'Labels reconciled', zh: '标签平衡核对' },
  corrects: ['issued', 'applied', 'spoiled', 'returned', 'unaccounted', 'operator', 'verifier', 'occurredAt'],
  schema: z.strictObject({
    issued: Count,
    applied: Count.describe('Put on units, also those that were replaced later'),
    spoiled: Count.describe('Misprinted or damaged, and destroyed'),
    returned: Count.describe('Handed back unused'),
    unaccounted: Count,
    ...Hands,
  }),

  decide: (data, state, context) => {
    const { issued, applied, spoiled, returned, unaccounted } = data;
    const sum = applied + spoiled + returned + unaccounted;
    const recorded = { issued: state.labelStock.issued, applied: state.labels.size };
    return record(
      sum !== issued && broken(labelRules.doNotAddUp, '/issued', { issued, sum }),
      unaccounted > 0 && broken(labelRules.unaccounted, '/unaccounted', { count: unaccounted }),
      issued !== recorded.issued && broken(labelRules.issuedDiffers, '/issued', { stated: issued, recorded: recorded.issued }),
      applied !== recorded.applied &&
        broken(labelRules.appliedDiffers, '/applied', { stated: applied, recorded: recorded.applied }),
      handsFault(batchRules.verifierIsOperator, data, context),
    );
  },

  evolve: (state, { id }) => {
    state.labelStock.reconciled = id;
  },
});
