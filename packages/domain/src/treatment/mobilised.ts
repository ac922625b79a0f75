import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { Quantity } from '../quantity/index.ts';
import { LocalDate } from '../time/index.ts';
import { Pseudonym, SiteCode } from '../vocabulary/index.ts';
import { MobilisingAgent } from './codes.ts';
import { Patient, patientFault } from './patient.ts';
import { treatmentRules } from './rules.ts';
import { treatment } from './state.ts';
import { transplantRules } from './transplant-rules.ts';

/** No mobilisation lasts longer; a larger number is a slip of the pen. */
const MAX_DAYS = 30;

/** What a CD34 count was on a day of the mobilisation. */
const Count = withPersonal({
  day: z.int().min(1).max(MAX_DAYS).describe('Day of the mobilisation, from 1'),
  cd34: personal(Quantity, '/patient').describe('CD34+ cells in peripheral blood, e.g. 42 /uL'),
});

export const mobilised = fact(treatment, 'mobilised', {
  title: { en: 'Stem cells mobilised', zh: '干细胞动员' },
  corrects: ['agents', 'days', 'counts', 'from', 'occurredAt'],
  schema: withPersonal({
    patient: Patient,
    agents: z
      .array(
        withPersonal({
          agent: MobilisingAgent,
          name: SiteCode.optional().describe('Preparation as the ward calls it'),
          dose: personal(Quantity, '/patient').describe('A day, with the body weight where it is per kilogram'),
        }),
      )
      .min(1)
      .max(10),
    from: LocalDate.optional().describe('First day; the day of occurredAt where left out'),
    days: z.int().min(1).max(MAX_DAYS),
    counts: z.array(Count).max(MAX_DAYS).optional(),
    physician: Pseudonym.optional().describe('Staff pseudonym'),
  }),

  decide: ({ patient }, state) =>
    record(
      patientFault(patient, state),
      state.coi === null && broken(transplantRules.mobilisedWithoutCoi),
      state.closed === 'closed' && broken(treatmentRules.closed),
    ),

  evolve: () => {},
});
