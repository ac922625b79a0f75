import { z } from 'zod';
import { step, stepShape } from './processing.ts';

export const harvested = step('harvested', { en: 'Cells harvested', zh: '细胞收获' }, z.strictObject(stepShape), {
  evolve: (state, { data }) => {
    state.harvested.push(...(data.output ?? []));
  },
});
