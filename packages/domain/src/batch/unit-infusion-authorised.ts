import { z } from 'zod';
import { authorisation, broken, type Context, record } from '../kernel/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { BedsideChecks, BedsideShape, checkerFaults, checkFaults } from './bedside-check.ts';
import { asRecordedNow, bedsideMoment } from './bedside-moment.ts';
import { patientFault } from './bedside-patient.ts';
import { gateFor } from './gate.ts';
import { hospitalRules } from './hospital-rules.ts';
import { batch } from './state.ts';

export const BEDSIDE_CHECK = 'bedside-check';

/** The green light at the bedside: the gate, the four checks, and the signature of who made them. */
export const unitInfusionAuthorised = authorisation(batch, 'unit-infusion-authorised', {
  title: { en: 'Infusion authorised', zh: '输注授权' },
  signatures: { meaning: BEDSIDE_CHECK, count: 1 },
  schema: z.strictObject({ unit: Uuid, treatment: Uuid, checks: BedsideChecks, ...BedsideShape }),

  decide: (data, state, context) => {
    const at = bedsideMoment(context);
    const unit = state.units.get(data.unit);
    return record(
      gateFor(state, data.unit, data.treatment, at, asRecordedNow(context)),
      !isChecked(context) && broken(hospitalRules.checkUnsigned, '//signatures'),
      unit && [checkFaults(data.checks, state, unit), checkerFaults(data, unit, context)],
      unit && patientFault(data, unit, context),
    );
  },

  evolve: (state, { id, data }) => {
    const unit = state.units.get(data.unit);
    if (unit) unit.authorisation = { event: id, treatment: data.treatment, used: false };
  },
});

/** By a person of the organisation that stands at the bedside. */
function isChecked({ signers, actor }: Context): boolean {
  return signers.some(({ meaning, org, person }) => meaning === BEDSIDE_CHECK && person !== null && org === actor.org);
}
