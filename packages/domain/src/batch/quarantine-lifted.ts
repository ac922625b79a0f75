import { authorisation, record } from '../kernel/index.ts';
import { Lifted, lift, liftFaults, liftUnsigned } from './restricting.ts';
import { batch } from './state.ts';

const MEANING = 'quarantine-lifting';

export const quarantineLifted = authorisation(batch, 'quarantine-lifted', {
  title: { en: 'Quarantine lifted', zh: '解除隔离' },
  schema: Lifted,
  signatures: { meaning: MEANING, count: 1 },
  decide: (data, state, context) => record(liftFaults(state.quarantines, data), liftUnsigned(state, context, MEANING)),
  evolve: (state, event) => lift(state.quarantines, event),
});
