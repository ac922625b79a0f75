import { z } from 'zod';
import { broken, type Check, type Context, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { localDateOf } from '../time/index.ts';
import { Pseudonym, SiteCode, Uuid } from '../vocabulary/index.ts';
import { Measures } from './measure.ts';
import { Patient, patientFault } from './patient.ts';
import { treatmentRules } from './rules.ts';
import { type TreatmentState, treatment } from './state.ts';

/** Who was lost and comes again is followed up again. */
export const visitRecorded = fact(treatment, 'visit-recorded', {
  title: { en: 'Visit recorded', zh: '访视记录' },
  corrects: ['name', 'measures', 'examiner', 'occurredAt'],
  schema: withPersonal({
    visit: Uuid,
    patient: Patient,
    name: SiteCode.optional().describe('Of a visit that was not scheduled'),
    contact: z.enum(['in-person', 'telephone', 'video', 'records']).optional(),
    measures: Measures.optional(),
    examiner: Pseudonym.optional().describe('Staff pseudonym'),
    remarks: personal(z.string().max(4000), '/patient'),
  }),

  decide: ({ visit, patient }, state, context) =>
    record(
      patientFault(patient, state),
      windowFaults(visit, state, context),
      state.closed === 'closed' && broken(treatmentRules.closed),
    ),

  evolve: (state, { id, occurredAt, data }) => {
    const known = state.visits.get(data.visit);
    const day = occurredAt === null ? null : localDateOf(occurredAt);
    state.visits.set(data.visit, {
      id: data.visit,
      name: known?.name ?? data.name ?? '–',
      from: known?.from ?? day ?? '',
      to: known?.to ?? day ?? '',
      recorded: { event: id, occurredAt },
    });
    if (state.closed === 'lost-to-follow-up') state.closed = null;
  },
});

function windowFaults(id: string, state: TreatmentState, { occurredAt }: Context): Check {
  const visit = state.visits.get(id);
  if (!visit) return broken(treatmentRules.visitUnscheduled, '/visit');
  const { name, from, to, recorded } = visit;
  if (occurredAt === null) return broken(treatmentRules.visitUndated, '//occurredAt');
  const date = localDateOf(occurredAt);
  return [
    recorded && broken(treatmentRules.visitAgain, '/visit', { name }),
    (date < from || date > to) && broken(treatmentRules.visitWindow, '//occurredAt', { name, date, from, to }),
  ];
}
