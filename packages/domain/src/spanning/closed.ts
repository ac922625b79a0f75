import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { DeviationImpact } from './codes.ts';
import { spanningRules } from './rules.ts';
import { spanning } from './state.ts';

const MEANING = 'deviation-closure';

export const closed = fact(spanning, 'closed', {
  title: { en: 'Deviation across records closed', zh: '关闭跨记录偏差' },
  corrects: ['occurredAt'],
  signatures: { meaning: MEANING, count: 1 },
  schema: withPersonal({ impact: DeviationImpact, summary: personal(z.string().max(8000)) }),

  decide: (_data, state, { signers }) => {
    const open = [...state.actions.values()].filter(({ done }) => done === null).length;
    const isOos = state.category === 'out-of-specification';
    return record(
      state.rootCause === null && broken(spanningRules.closedWithoutCause),
      isOos && state.oos.size === 0 && broken(spanningRules.closedWithoutConclusion),
      open > 0 && broken(spanningRules.closedWithActions, '', { count: open }),
      !signers.some(({ org, meaning }) => org === state.owner && meaning === MEANING) &&
        broken(spanningRules.closedUnsigned, '//signatures'),
      state.status === 'closed' && broken(spanningRules.closed),
    );
  },

  evolve: (state, { id, data }) => {
    state.status = 'closed';
    state.closed = { event: id, impact: data.impact };
  },
});
