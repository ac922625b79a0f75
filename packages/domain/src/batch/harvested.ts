import { z } from 'zod';
import { summed } from './cell-balance.ts';
import { step, stepShape } from './processing.ts';

export const harvested = step('harvested', { en: 'Cells harvested', zh: '细胞收获' }, z.strictObject(stepShape), {
  evolve: (state, { data }) => {
    state.harvested = summed(state.harvested, data.output ?? []);
  },
});
