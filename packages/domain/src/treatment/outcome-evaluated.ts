import { z } from 'zod';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { Pseudonym, SiteCode, Uuid } from '../vocabulary/index.ts';
import { EndpointResult } from './codes.ts';
import { Measures } from './measure.ts';
import { Patient, patientFault } from './patient.ts';
import { treatmentRules } from './rules.ts';
import { treatment } from './state.ts';

export const outcomeEvaluated = fact(treatment, 'outcome-evaluated', {
  title: { en: 'Outcome evaluated', zh: '疗效评价' },
  corrects: ['endpoint', 'result', 'measures', 'evaluator', 'occurredAt'],
  schema: withPersonal({
    patient: Patient,
    endpoint: SiteCode.describe('As the protocol calls it'),
    result: EndpointResult,
    visit: Uuid.optional(),
    measures: Measures.optional(),
    evaluator: Pseudonym.optional().describe('Staff pseudonym'),
    remarks: personal(z.string().max(4000), '/patient'),
  }),

  decide: ({ patient, visit }, state) =>
    record(
      patientFault(patient, state),
      visit !== undefined && !state.visits.has(visit) && broken(treatmentRules.visitUnscheduled, '/visit'),
    ),

  evolve: (state, { id, occurredAt, data }) => {
    state.outcomes.set(data.endpoint, { event: id, occurredAt, result: data.result });
  },
});
