import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { Pseudonym, Uuid } from '../vocabulary/index.ts';
import { OosConclusion, OosPhase } from './codes.ts';
import { spanningRules } from './rules.ts';
import { spanning } from './state.ts';

/** One phase of the investigation of a result out of specification. The result stays; a retest is a result of its own. */
export const oosInvestigated = fact(spanning, 'oos-investigated', {
  title: { en: 'Result out of specification investigated', zh: '检验超标调查' },
  corrects: ['investigator', 'occurredAt'],
  schema: withPersonal({
    phase: OosPhase,
    batch: Uuid,
    report: Uuid.describe('Event of the report in the batch'),
    conclusion: OosConclusion,
    retests: z.array(Uuid).max(50).optional().describe('Events of the reports that repeat it'),
    investigator: Pseudonym,
    explanation: personal(z.string().max(8000)),
  }),

  decide: ({ phase, conclusion }, { status, category }) =>
    record(
      conclusion === 'laboratory-error' && phase !== 'I' && broken(spanningRules.causeWithoutPhase, '/conclusion', { phase }),
      category !== 'out-of-specification' && broken(spanningRules.notOos, '/phase'),
      status === 'closed' && broken(spanningRules.closed),
    ),

  evolve: (state, { data }) => {
    state.oos.set(data.phase, data.conclusion);
  },
});
