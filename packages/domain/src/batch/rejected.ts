import { z } from 'zod';
import { authorisation, broken, type Check, type Context, personal, record, withPersonal } from '../kernel/index.ts';
import { RejectionReason } from './codes.ts';
import { releaseRules } from './release-rules.ts';
import { dispositionShape, headFault } from './releasing.ts';
import { scopeFaults } from './scoped.ts';
import { type BatchState, batch } from './state.ts';

/** Either of those who could release can stop alone: what keeps cells from a patient needs no second pair of eyes. */
const REJECTING_ROLES: readonly string[] = ['lab.qa', 'lab.qp'];

export const rejected = authorisation(batch, 'rejected', {
  title: { en: 'Rejected', zh: '判为不合格' },
  signatures: { meaning: 'rejection', count: 1 },
  schema: withPersonal({ ...dispositionShape, reason: RejectionReason, note: personal(z.string().max(4000)) }),

  decide: (data, state, context) =>
    record(
      data.scope !== 'whole-batch' && scopeFaults(state, data.scope),
      headFault(data.reviewed, context),
      unsigned(state, context),
    ),

  evolve: (state, { id, seq, data }) => {
    state.dispositions.push({ event: id, seq, kind: 'rejected', scope: data.scope, pendingTests: [] });
  },
});

function unsigned(state: BatchState, { signers }: Context): Check {
  const signed = signers.some(
    ({ org, person, roles }) => org === state.owner && person !== null && roles.some((role) => REJECTING_ROLES.includes(role)),
  );
  return (
    !signed &&
    broken(releaseRules.signatureMissing, '//signatures', {
      en: 'quality assurance',
      zh: '质量保证人员',
      role: REJECTING_ROLES.join(' / '),
    })
  );
}
