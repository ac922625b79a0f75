import { z } from 'zod';
import { authorisation, broken, record } from '../kernel/index.ts';
import { Moment } from '../time/index.ts';
import { RevocationReason } from './codes.ts';
import { Statement, signedByRoot } from './key-enrolled.ts';
import { keyRules } from './key-rules.ts';
import { key } from './state.ts';

/** Signatures after this event no longer count; where the key was compromised earlier, those since then are in doubt. */
export const keyRevoked = authorisation(key, 'revoked', {
  title: { en: 'Key revoked', zh: '密钥吊销' },
  schema: z.strictObject({
    reason: RevocationReason,
    compromisedFrom: Moment.optional().describe('From when on signatures with this key are in doubt'),
    statements: z.strictObject({ byOrganisation: Statement.describe('JWS of the organisation’s root key') }),
  }),

  decide: (_data, state, context) =>
    record(
      state.revoked !== null && broken(keyRules.revokedBefore),
      !signedByRoot(context, state.org) && broken(keyRules.revocationUnsigned, '/statements', { org: state.org ?? '?' }),
    ),

  evolve: (state, { id, data }) => {
    state.revoked ??= { event: id, compromisedFrom: data.compromisedFrom ?? null };
  },
});
