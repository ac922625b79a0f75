import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { LocalDate } from '../time/index.ts';
import { Patient, patientFault } from './patient.ts';
import { treatmentRules } from './rules.ts';
import { treatment } from './state.ts';

export const lostToFollowUp = fact(treatment, 'lost-to-follow-up', {
  title: { en: 'Lost to follow-up', zh: '失访' },
  corrects: ['lastContact', 'attempts', 'occurredAt'],
  schema: withPersonal({
    patient: Patient,
    lastContact: LocalDate.optional(),
    attempts: z.int().min(0).max(1000).optional().describe('How often contact was tried since'),
    remarks: personal(z.string().max(4000), '/patient'),
  }),

  decide: ({ patient }, state) =>
    record(patientFault(patient, state), state.closed === 'closed' && broken(treatmentRules.closed)),

  evolve: (state) => {
    state.closed ??= 'lost-to-follow-up';
  },
});
