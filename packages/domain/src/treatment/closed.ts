import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { ClosingReason } from './codes.ts';
import { treatmentRules } from './rules.ts';
import { treatment } from './state.ts';

/** Outcomes after which nothing more is expected of an adverse event (ICH E2B(R3) E.i.7). */
const ENDED: readonly string[] = ['recovered', 'recovered-with-sequelae', 'fatal'];

export const closed = fact(treatment, 'closed', {
  title: { en: 'Treatment closed', zh: '治疗结束' },
  corrects: ['occurredAt'],
  schema: withPersonal({ reason: ClosingReason, remarks: personal(z.string().max(4000)) }),

  decide: ({ reason }, state) => {
    const missed = [...state.visits.values()].filter(({ recorded }) => recorded === null).length;
    return record(
      reason === 'completed' && missed > 0 && broken(treatmentRules.closedWithVisits, '/reason', { count: missed }),
      reason === 'not-treated' &&
        state.infusions.size > 0 &&
        broken(treatmentRules.closedUntreated, '/reason', { count: state.infusions.size }),
      reason !== 'died' &&
        [...state.adverseEvents.values()]
          .filter(({ serious, outcome }) => serious && !ENDED.includes(outcome))
          .map(({ id }) => broken(treatmentRules.closedWithEvents, '/reason', { adverseEvent: id })),
    );
  },

  evolve: (state) => {
    state.closed = 'closed';
  },
});
