import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { Stream } from '../vocabulary/index.ts';
import { Linked } from './raised.ts';
import { spanningRules } from './rules.ts';
import { spanning } from './state.ts';

export const linked = fact(spanning, 'linked', {
  title: { en: 'Records and deviations linked', zh: '关联记录与偏差' },
  schema: z.strictObject({ records: z.array(Stream).max(100).optional(), deviations: Linked.optional() }),

  decide: (_data, { status }) => record(status === 'closed' && broken(spanningRules.closed)),

  evolve: (state, { data }) => {
    for (const stream of data.records ?? []) state.records.add(stream);
    for (const { stream, deviation } of data.deviations ?? []) {
      state.records.add(stream);
      state.linked.add(`${stream} ${deviation}`);
    }
  },
});
