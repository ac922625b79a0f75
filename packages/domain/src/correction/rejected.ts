import { z } from 'zod';
import { authorisation, broken, personal, record, withPersonal } from '../kernel/index.ts';
import { correctionProcessRules as rules } from './process-rules.ts';
import { correction } from './state.ts';

export const rejected = authorisation(correction, 'rejected', {
  title: { en: 'Correction rejected', zh: '驳回更正' },
  schema: withPersonal({ remarks: personal(z.string().max(4000)) }),

  decide: (_data, { status }) => record(status !== 'proposed' && broken(rules.notOpen, '', { status })),

  evolve: (state) => {
    state.status = 'rejected';
  },
});
