import { z } from 'zod';
import { fact, record } from '../kernel/index.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { LocalDate } from '../time/index.ts';
import { SiteCode } from '../vocabulary/index.ts';
import { endedFault } from './checks.ts';
import { sampleRules } from './rules.ts';
import { sample } from './state.ts';

/** What is left is kept for later questions. */
export const retained = fact(sample, 'retained', {
  title: { en: 'Sample retained', zh: '留样' },
  corrects: ['until', 'quantity', 'place', 'occurredAt'],
  schema: z.strictObject({
    until: LocalDate.optional().describe('Kept at least to the end of this day'),
    quantity: MaterialQuantity.optional(),
    place: SiteCode.optional(),
  }),
  decide: (_data, state) => record(endedFault(state, sampleRules.retainedAfterEnd)),
  evolve: (state, { id, data }) => {
    state.retained = { event: id, until: data.until ?? null };
  },
});
