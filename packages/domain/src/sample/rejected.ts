import { z } from 'zod';
import { fact, personal, record, withPersonal } from '../kernel/index.ts';
import { endedFault } from './checks.ts';
import { SampleRejectionReason } from './codes.ts';
import { sampleRules } from './rules.ts';
import { sample } from './state.ts';

/** The laboratory does not test it. A report on it all the same is a critical finding. */
export const rejected = fact(sample, 'rejected', {
  title: { en: 'Sample rejected by the laboratory', zh: '样品拒收' },
  corrects: ['reasons', 'occurredAt'],
  schema: withPersonal({
    reasons: z.array(SampleRejectionReason).min(1).max(10),
    note: personal(z.string().max(2000)),
  }),
  decide: (_data, state) => record(endedFault(state, sampleRules.ended)),
  evolve: (state, { id, actor }) => {
    state.rejected = { event: id, by: actor.org };
    state.laboratories.add(actor.org);
  },
});
