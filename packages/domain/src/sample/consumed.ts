import { z } from 'zod';
import { fact, record } from '../kernel/index.ts';
import { SiteCode } from '../vocabulary/index.ts';
import { endedFault } from './checks.ts';
import { sampleRules } from './rules.ts';
import { sample } from './state.ts';

/** Used up in testing. */
export const consumed = fact(sample, 'consumed', {
  title: { en: 'Sample used up', zh: '样品用尽' },
  corrects: ['tests', 'occurredAt'],
  schema: z.strictObject({ tests: z.array(SiteCode).max(100).optional().describe('In which tests') }),
  decide: (_data, state) => record(endedFault(state, sampleRules.ended)),
  evolve: (state) => {
    state.end ??= 'consumed';
  },
});
