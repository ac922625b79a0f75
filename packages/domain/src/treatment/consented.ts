import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { instant } from '../time/index.ts';
import { Pseudonym, Sha256, SiteCode } from '../vocabulary/index.ts';
import { TreatmentConsentGiver } from './codes.ts';
import { Patient, patientFault } from './patient.ts';
import { treatmentRules } from './rules.ts';
import { treatment } from './state.ts';

/** The patient's consent to this treatment; consents to give cells and to the use of data stand with the person. */
export const consented = fact(treatment, 'consented', {
  title: { en: 'Patient consented', zh: '患者知情同意' },
  corrects: ['form', 'ethicsApproval', 'image', 'informedBy', 'occurredAt'],
  schema: z.strictObject({
    patient: Patient,
    giver: TreatmentConsentGiver,
    form: SiteCode.describe('Form and version that was signed'),
    ethicsApproval: SiteCode.optional(),
    image: Sha256.optional().describe('SHA-256 of the scanned form'),
    informedBy: Pseudonym.optional().describe('Staff pseudonym of who explained it'),
  }),

  decide: ({ patient }, state, { occurredAt }) => {
    const infused = [...state.infusions.values()]
      .flatMap((infusion) => infusion.occurredAt ?? [])
      .sort((a, b) => instant(a) - instant(b))[0];
    return record(
      patientFault(patient, state),
      occurredAt !== null &&
        infused !== undefined &&
        instant(occurredAt) > instant(infused) &&
        broken(treatmentRules.consentedLate, '//occurredAt', { consented: occurredAt, infused }),
    );
  },

  evolve: (state) => {
    state.consented = true;
  },
});
