import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { Sha256, Uuid } from '../vocabulary/index.ts';
import { ConsentPurpose, WithdrawalEffect } from './codes.ts';
import { consentRules } from './consent-rules.ts';
import { person } from './state.ts';

/** Withdrawal is not contamination: what was distributed stays usable, what was not is held until people have decided. */
export const consentWithdrawn = fact(person, 'consent-withdrawn', {
  title: { en: 'Consent withdrawn', zh: '撤回同意' },
  corrects: ['occurredAt', 'image'],
  schema: withPersonal({
    consent: Uuid.describe('Id of the signed form, as given in consent-given'),
    purposes: z.union([z.literal('all'), z.array(ConsentPurpose).min(1).max(4)]),
    effect: WithdrawalEffect.describe('What the signed form says a withdrawal does to material'),
    image: Sha256.optional().describe('SHA-256 of the scanned withdrawal'),
    words: personal(z.string().max(4000), 'stream').describe('What the person said or wrote'),
  }),

  decide: ({ consent }, state) => {
    const given = state.consents.get(consent);
    return record(
      !given && broken(consentRules.withdrawnUnknown, '/consent', { consent }),
      given?.withdrawn && broken(consentRules.withdrawnBefore, '/consent', { consent }),
    );
  },

  evolve: (state, { id, data }) => {
    const given = state.consents.get(data.consent);
    const withdrawn = {
      event: id,
      purposes:
        data.purposes === 'all' ? ('all' as const) : new Set([...purposesOf(given?.withdrawn?.purposes), ...data.purposes]),
      effect: data.effect,
    };
    if (given) given.withdrawn = given.withdrawn?.purposes === 'all' ? { ...withdrawn, purposes: 'all' } : withdrawn;
    else {
      state.consents.set(data.consent, {
        id: data.consent,
        event: id,
        purposes: new Set(),
        giver: 'self',
        renewalDue: null,
        withdrawn,
      });
    }
  },
});

function purposesOf<P>(purposes: ReadonlySet<P> | 'all' | undefined): Iterable<P> {
  return purposes === undefined || purposes === 'all' ? [] : purposes;
}
