import { fact, record } from '../kernel/index.ts';
import { Restricted, restrict, restrictionFaults } from './restricting.ts';
import { batch } from './state.ts';

/** Not to be used until quality assurance lifts it: posted, or appended by a policy. */
export const quarantined = fact(batch, 'quarantined', {
  title: { en: 'Quarantined', zh: '隔离' },
  schema: Restricted,
  decide: (data, state) => record(restrictionFaults(data, state)),
  evolve: (state, event) => restrict(state.quarantines, event),
});
