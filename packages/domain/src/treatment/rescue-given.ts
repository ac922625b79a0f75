import { z } from 'zod';
import { batch } from '../batch/index.ts';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { Pseudonym, SiteCode, Uuid } from '../vocabulary/index.ts';
import { RescueReason } from './codes.ts';
import { Patient, patientFault } from './patient.ts';
import { treatment } from './state.ts';
import { transplantRules } from './transplant-rules.ts';

/** The patient got cells that were kept for the case that the product fails. The infusion of a unit known here is recorded beside it, in its batch. */
export const rescueGiven = fact(treatment, 'rescue-given', {
  title: { en: 'Rescue cells given', zh: '输注挽救性细胞' },
  corrects: ['reason', 'dose', 'physician', 'occurredAt'],
  schema: withPersonal({
    patient: Patient,
    reason: RescueReason,
    unit: z.strictObject({ batch: Uuid, unit: Uuid }).optional().describe('Left out where the cells are not recorded here'),
    source: SiteCode.optional().describe('Number on the bag, where its batch is not recorded here'),
    dose: MaterialQuantity.optional(),
    physician: Pseudonym.describe('Staff pseudonym of who decided it'),
    remarks: personal(z.string().max(4000), '/patient'),
  }),

  decide: ({ patient, unit: named }, state, context) => {
    const listed = state.conditioningAuthorised?.rescue ?? [];
    const unit = named && context.state(batch, named.batch)?.units.get(named.unit);
    return record(
      patientFault(patient, state),
      state.conditioningStarted === null && broken(transplantRules.rescueUnconditioned),
      named &&
        !listed.some((each) => each.batch === named.batch && each.unit === named.unit) &&
        broken(transplantRules.rescueUnlisted, '/unit', { unit: named.unit }),
      named && unit?.infusion?.treatment !== state.id && broken(transplantRules.rescueNotInBatch, '/unit', { unit: named.unit }),
    );
  },

  evolve: (state, { id, occurredAt }) => {
    state.rescueGiven = { event: id, occurredAt };
  },
});
