import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { DeathSource } from './codes.ts';
import { lookBackRules } from './look-back-rules.ts';
import { person } from './state.ts';

/** A donor, a birth mother or a patient died. Whether a treatment had to do with it is an adverse event of that treatment. */
export const died = fact(person, 'died', {
  title: { en: 'Person died', zh: '人员死亡' },
  corrects: ['source', 'occurredAt'],
  schema: withPersonal({
    source: DeathSource.optional().describe('From whom it is known'),
    cause: personal(z.string().max(1000), 'stream'),
  }),

  decide: (_, state) => record(state.died !== null && broken(lookBackRules.diedBefore)),

  evolve: (state, { id, occurredAt }) => {
    state.died = { event: id, occurredAt };
  },
});
