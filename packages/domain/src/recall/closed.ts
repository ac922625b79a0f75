import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { RecallEnd } from './codes.ts';
import { recallFigures } from './figures.ts';
import { recallRules } from './rules.ts';
import { recall } from './state.ts';

const MEANING = 'recall-closure';

export const closed = fact(recall, 'closed', {
  title: { en: 'Recall closed', zh: '召回关闭' },
  corrects: ['occurredAt'],
  signatures: { meaning: MEANING, count: 1 },
  schema: withPersonal({ outcome: RecallEnd, summary: personal(z.string().max(8000)) }),

  decide: ({ outcome }, state, { now, signers }) => {
    const { unaccounted, silentSites } = recallFigures(state, now);
    const isMoot = outcome === 'raised-in-error';
    return record(
      !isMoot && unaccounted > 0 && broken(recallRules.closedUnaccounted, '', { count: unaccounted }),
      !isMoot && silentSites.map((site) => broken(recallRules.closedSilent, '', { site })),
      !signers.some(({ org, meaning }) => org === state.owner && meaning === MEANING) &&
        broken(recallRules.closedUnsigned, '//signatures'),
      state.status === 'closed' && broken(recallRules.closed),
    );
  },

  evolve: (state, { id, occurredAt, data }) => {
    state.status = 'closed';
    state.closed = { event: id, at: occurredAt, outcome: data.outcome };
  },
});
