import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { LocalDate } from '../time/index.ts';
import { Pseudonym, Sha256, SiteCode, Uuid } from '../vocabulary/index.ts';
import { ConsentGiver, ConsentPurpose, UnusedMaterial } from './codes.ts';
import { consentRules } from './consent-rules.ts';
import { person } from './state.ts';

export const consentGiven = fact(person, 'consent-given', {
  title: { en: 'Consent given', zh: '知情同意' },
  corrects: ['form', 'ethicsApproval', 'filing', 'renewalDue', 'image', 'occurredAt'],
  schema: withPersonal({
    consent: Uuid.describe('Id of the signed form, chosen by the sender; a withdrawal names it'),
    purposes: z.array(ConsentPurpose).min(1).max(4),
    giver: ConsentGiver,
    form: SiteCode.optional().describe('Form and its version'),
    ethicsApproval: SiteCode.optional().describe('Number of the ethics committee’s approval'),
    filing: SiteCode.optional().describe('Filing number of the study or of the clinical application'),
    unusedMaterial: UnusedMaterial.optional(),
    renewalDue: LocalDate.optional().describe('Day from which a child’s own consent is needed: the donor turns 18'),
    explainedBy: Pseudonym.optional().describe('Staff pseudonym of who explained the form'),
    image: Sha256.optional().describe('SHA-256 of the scanned form'),
    signedBy: personal(z.string().max(200), 'stream').describe('Name of who signed'),
  }),

  decide: ({ consent, purposes, giver, renewalDue, ethicsApproval }, state) =>
    record(
      giver !== 'self' && renewalDue === undefined && broken(consentRules.renewalMissing, '/renewalDue'),
      purposes.includes('research') && ethicsApproval === undefined && broken(consentRules.ethicsMissing, '/ethicsApproval'),
      state.consents.has(consent) && broken(consentRules.givenBefore, '/consent', { consent }),
    ),

  evolve: (state, { id, data }) => {
    state.consents.set(data.consent, {
      id: data.consent,
      event: id,
      purposes: new Set(data.purposes),
      giver: data.giver,
      renewalDue: data.renewalDue ?? null,
      withdrawn: state.consents.get(data.consent)?.withdrawn ?? null,
    });
  },
});
