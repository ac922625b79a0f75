import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { Pseudonym } from '../vocabulary/index.ts';
import { correctionProcessRules as rules } from './process-rules.ts';
import { correction } from './state.ts';

/** What the wrong entry had led to, while it was believed. */
export const impactAssessed = fact(correction, 'impact-assessed', {
  title: { en: 'Impact of the correction assessed', zh: '更正影响评估' },
  corrects: ['impact', 'assessedBy', 'occurredAt'],
  schema: withPersonal({
    impact: z.enum(['none', 'product-affected', 'patient-affected', 'not-determinable']),
    assessedBy: Pseudonym.describe('Staff pseudonym'),
    explanation: personal(z.string().max(8000)),
  }),

  decide: (_data, { status }) => record(status !== 'applied' && broken(rules.assessedEarly)),

  evolve: (state, { id, data }) => {
    state.impact = { event: id, impact: data.impact };
  },
});
