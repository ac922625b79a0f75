import { z } from 'zod';
import { authorisation, broken, personal, record, withPersonal } from '../kernel/index.ts';
import { Pseudonym } from '../vocabulary/index.ts';
import { ExceptionGround } from './codes.ts';
import { Patient, patientFault } from './patient.ts';
import { treatmentRules } from './rules.ts';
import { treatment } from './state.ts';

/** The physician takes the responsibility for cells of an ineligible or undetermined donor (21 CFR 1271.65(b), 1271.60(d)). */
export const urgentNeedDocumented = authorisation(treatment, 'urgent-need-documented', {
  title: { en: 'Exception for the donor documented', zh: '供者例外使用说明' },
  signatures: { meaning: 'exception-statement', count: 1 },
  schema: withPersonal({
    patient: Patient,
    ground: ExceptionGround,
    physician: Pseudonym.describe('Staff pseudonym of who signs'),
    patientInformed: z.boolean().describe('The patient was told of the risk of communicable disease'),
    noComparableProduct: z
      .boolean()
      .optional()
      .describe('Nothing comparable is available, and death or serious harm is likely without'),
    statement: personal(z.string().max(4000), '/patient'),
  }),

  decide: ({ patient, ground, physician, patientInformed, noComparableProduct }, state, { signers }) =>
    record(
      patientFault(patient, state),
      !signers.some(({ person, org }) => person === physician && org === state.site) &&
        broken(treatmentRules.needUnsigned, '//signatures', { physician }),
      ground === 'urgent-medical-need' &&
        noComparableProduct !== true &&
        broken(treatmentRules.needWithAlternative, '/noComparableProduct'),
      !patientInformed && broken(treatmentRules.patientNotInformed, '/patientInformed'),
    ),

  evolve: (state, { id, data }) => {
    const { physician, patientInformed, ground } = data;
    state.urgentMedicalNeed = { event: id, physician, patientInformed, ground };
  },
});
