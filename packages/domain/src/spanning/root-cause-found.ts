import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { Pseudonym } from '../vocabulary/index.ts';
import { RootCauseCategory } from './codes.ts';
import { spanningRules } from './rules.ts';
import { spanning } from './state.ts';

export const rootCauseFound = fact(spanning, 'root-cause-found', {
  title: { en: 'Root cause determined', zh: '确定根本原因' },
  corrects: ['category', 'investigator', 'occurredAt'],
  schema: withPersonal({
    category: RootCauseCategory,
    method: z.enum(['five-whys', 'fishbone', 'fault-tree', 'fmea', 'other']).optional(),
    investigator: Pseudonym,
    explanation: personal(z.string().max(8000)),
  }),

  decide: (_data, { status }) => record(status === 'closed' && broken(spanningRules.closed)),

  evolve: (state, { data }) => {
    state.rootCause = data.category;
  },
});
