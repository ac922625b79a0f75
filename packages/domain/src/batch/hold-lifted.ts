import { authorisation, record } from '../kernel/index.ts';
import { Lifted, lift, liftFaults, liftUnsigned } from './restricting.ts';
import { batch } from './state.ts';

/** Role of what the server appends; no token carries it. */
const POLICY = 'platform.policy';

const MEANING = 'hold-lifting';

/** A policy lifts what it set, once its cause was assessed and signed elsewhere; a person signs here. */
export const holdLifted = authorisation(batch, 'hold-lifted', {
  title: { en: 'Hold lifted', zh: '解除暂停' },
  schema: Lifted,
  signatures: { meaning: MEANING, count: 1 },
  decide: (data, state, context) =>
    record(liftFaults(state.holds, data), context.actor.role !== POLICY && liftUnsigned(state, context, MEANING)),
  evolve: (state, event) => lift(state.holds, event),
});
