import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { LocalDate } from '../time/index.ts';
import { Pseudonym, Uuid } from '../vocabulary/index.ts';
import { PregnancyOf } from './codes.ts';
import { noticeRules } from './notice-rules.ts';
import { Patient, patientFault } from './patient.ts';
import { treatmentRules } from './rules.ts';
import { treatment } from './state.ts';

/** Offspring may be involved: from here on the records are kept without end (Decree 818), also when follow-up had ended. */
export const pregnancyReported = fact(treatment, 'pregnancy-reported', {
  title: { en: 'Pregnancy reported', zh: '妊娠报告' },
  corrects: ['of', 'reporter', 'occurredAt'],
  schema: withPersonal({
    pregnancy: Uuid.describe('Chosen by the sender: what is learned later names it'),
    patient: Patient,
    of: PregnancyOf,
    reporter: Pseudonym.optional().describe('Staff pseudonym'),
    conceived: personal(LocalDate, '/patient').describe('About when'),
    birthExpected: personal(LocalDate, '/patient'),
    remarks: personal(z.string().max(4000), '/patient'),
  }),

  decide: ({ pregnancy, patient }, state) =>
    record(
      patientFault(patient, state),
      state.closed !== null && broken(treatmentRules.closed),
      state.pregnancies.has(pregnancy) && broken(noticeRules.pregnancyAgain, '/pregnancy', { pregnancy }),
      !state.pregnancies.has(pregnancy) && broken(noticeRules.pregnancyKeepsRecords),
    ),

  evolve: (state, { id, data }) => {
    state.pregnancies.set(data.pregnancy, { event: id, of: data.of });
  },
});
