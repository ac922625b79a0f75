import { fact, record } from '../kernel/index.ts';
import { Restricted, restrict, restrictionFaults } from './restricting.ts';
import { batch } from './state.ts';

/** Waits for a decision, with no suspicion against the material: a withdrawn consent, an excursion to be assessed. */
export const held = fact(batch, 'held', {
  title: { en: 'Held for decision', zh: '暂停使用' },
  schema: Restricted,
  decide: (data, state) => record(restrictionFaults(data, state)),
  evolve: (state, event) => restrict(state.holds, event),
});
