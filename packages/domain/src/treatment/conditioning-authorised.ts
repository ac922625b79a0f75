import { z } from 'zod';
import { authorisation, broken, type Check, record } from '../kernel/index.ts';
import { Moment } from '../time/index.ts';
import { Pseudonym, SiteCode, Uuid } from '../vocabulary/index.ts';
import { ConditioningIntensity } from './codes.ts';
import { conditioningFaults, usableBy } from './conditioning-gate.ts';
import { Patient, patientFault } from './patient.ts';
import { treatment } from './state.ts';
import { transplantRules } from './transplant-rules.ts';

export const CONDITIONING = 'conditioning-authorisation';

/** Bags of one graft and of its rescue. */
const MAX_UNITS = 50;

const MAX_BATCHES = 10;

const Units = z.array(z.strictObject({ batch: Uuid, unit: Uuid }));

/** From here on there is no way back for the patient: the physician signs that the cells are there. */
export const conditioningAuthorised = authorisation(treatment, 'conditioning-authorised', {
  title: { en: 'Conditioning authorised', zh: '预处理授权' },
  signatures: { meaning: CONDITIONING, count: 1 },
  schema: z.strictObject({
    patient: Patient,
    physician: Pseudonym.describe('Staff pseudonym of who signs'),
    units: Units.max(MAX_UNITS).describe('The product: every unit that the patient is to be given'),
    inPreparation: z
      .array(Uuid)
      .max(MAX_BATCHES)
      .optional()
      .describe('Batches of a fresh product of which no unit is filled yet. Only lymphodepletion begins before it is there'),
    rescue: z.strictObject({
      required: z.boolean().describe('Whether the protocol asks for rescue cells'),
      units: Units.max(MAX_UNITS).optional(),
    }),
    protocol: SiteCode.optional().describe('Protocol and version that says so'),
    intensity: ConditioningIntensity.optional(),
    plannedInfusion: Moment.optional().describe('The units must not have expired by then'),
  }),

  decide: (data, state, context) =>
    record(
      patientFault(data.patient, state),
      !state.planned && broken(transplantRules.conditioningUnplanned, '', { treatment: state.id }),
      unsigned(data.physician, state.site, context.signers),
      conditioningFaults(data, state, usableBy(data.plannedInfusion, context.now), context),
    ),

  evolve: (state, { id, data }) => {
    const { physician, units, rescue, inPreparation, intensity } = data;
    state.conditioningAuthorised = { event: id, physician, units, rescue: rescue.units ?? [], inPreparation, intensity };
  },
});

type Signers = readonly { readonly person: string | null; readonly org: string; readonly meaning: string }[];

function unsigned(physician: string, site: string | null, signers: Signers): Check {
  const signed = signers.some((each) => each.person === physician && each.org === site && each.meaning === CONDITIONING);
  return !signed && broken(transplantRules.conditioningUnsigned, '//signatures', { physician, site: site ?? '?' });
}
