import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, fact, record } from '../kernel/index.ts';
import { batchRules } from './rules.ts';
import { batch } from './state.ts';

/** Says how many units were made in all: what they are later balanced against. */
export const splitClosed = fact(batch, 'split-closed', {
  title: { en: 'Split closed', zh: '分装结束' },
  corrects: ['units', 'operator', 'verifier', 'occurredAt'],
  schema: z.strictObject({
    units: z.int().min(0).max(1_000_000).describe('Units made in all splits of the batch, parts of units included'),
    ...Hands,
  }),

  decide: (data, state, context) => {
    const recorded = state.units.size - state.drawn;
    return record(
      data.units !== recorded && broken(batchRules.splitCount, '/units', { stated: data.units, recorded }),
      handsFault(batchRules.verifierIsOperator, data, context),
    );
  },

  evolve: (state, { data }) => {
    state.splitsClosed = { made: data.units };
  },
});
