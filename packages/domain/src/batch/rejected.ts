import { z } from 'zod';
import { authorisation, personal, record, withPersonal } from '../kernel/index.ts';
import { RejectionReason } from './codes.ts';
import { dispositionShape, headFault, rejectionUnsigned } from './releasing.ts';
import { scopeFaults } from './scoped.ts';
import { batch } from './state.ts';

export const rejected = authorisation(batch, 'rejected', {
  title: { en: 'Rejected', zh: '判为不合格' },
  signatures: { meaning: 'rejection', count: 1 },
  schema: withPersonal({ ...dispositionShape, reason: RejectionReason, note: personal(z.string().max(4000)) }),

  decide: (data, state, context) =>
    record(
      data.scope !== 'whole-batch' && scopeFaults(state, data.scope),
      headFault(data.reviewed, context),
      rejectionUnsigned(state, context),
    ),

  evolve: (state, { id, seq, data }) => {
    state.dispositions.push({ event: id, seq, kind: 'rejected', scope: data.scope, pendingTests: [] });
  },
});
