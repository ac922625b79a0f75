import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { FrozenList, foreignBatches, foreignLots, freeze } from './frozen-list.ts';
import { recallRules } from './rules.ts';
import { recall } from './state.ts';

/** More of the list, or more than was known at first. */
export const scopeExtended = fact(recall, 'scope-extended', {
  title: { en: 'Scope of the recall extended', zh: '扩大召回范围' },
  schema: withPersonal({
    ...FrozenList,
    continued: z.boolean().optional().describe('The same list, which one entry could not hold'),
    explanation: personal(z.string().max(4000)),
  }),

  decide: (list, { status }, context) =>
    record(
      list.batches.length + list.units.length + (list.lots ?? []).length === 0 && broken(recallRules.listEmpty, '/units'),
      foreignBatches(list, context),
      foreignLots(list, context),
      status === 'closed' && broken(recallRules.closed),
    ),

  evolve: (state, { recordedAt, data }) => {
    if (data.continued) state.frozenAt = recordedAt;
    freeze(state, data);
  },
});
