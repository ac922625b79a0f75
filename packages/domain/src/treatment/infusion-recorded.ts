import { z } from 'zod';
import { batch, infusionRules, nameOf, otherDose, thawLimit, type Unit } from '../batch/index.ts';
import { broken, type Check, type Context, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { BodyWeight, Decimal, MaterialQuantity, UnitCode } from '../quantity/index.ts';
import { Moment } from '../time/index.ts';
import { CtcaeGrade, Pseudonym, Uuid } from '../vocabulary/index.ts';
import { AdministrationRoute, ReactionKind, VitalSignKind, VitalSignPhase } from './codes.ts';
import { Patient, patientFault } from './patient.ts';
import { treatmentRules } from './rules.ts';
import { treatment } from './state.ts';

/** A week: no cell product may lie thawed for longer, by whatever specification. */
const MAX_MINUTES = 7 * 24 * 60;

const VitalSign = withPersonal({
  kind: VitalSignKind,
  phase: VitalSignPhase.optional(),
  at: Moment.optional(),
  unit: UnitCode,
  value: personal(Decimal, '/patient'),
});

const Reaction = withPersonal({
  kind: ReactionKind,
  grade: CtcaeGrade.optional(),
  description: personal(z.string().max(2000), '/patient'),
});

const InfusionRecorded = withPersonal({
  batch: Uuid,
  unit: Uuid,
  patient: Patient,
  dose: MaterialQuantity.optional().describe('What was given of this unit'),
  bodyWeight: personal(BodyWeight, '/patient'),
  route: AdministrationRoute.optional(),
  bodySite: personal(z.string().max(200), '/patient').describe('Where: left knee, right antecubital vein'),
  start: Moment.optional().describe('occurredAt where left out'),
  stop: Moment.optional(),
  thawToInfusionMinutes: z.int().min(0).max(MAX_MINUTES).optional(),
  vitalSigns: z.array(VitalSign).max(100).optional(),
  reactions: z.array(Reaction).max(20).optional(),
  operator: Pseudonym.optional().describe('Staff pseudonym'),
  physician: Pseudonym.optional().describe('Staff pseudonym of who was responsible'),
});
type InfusionRecorded = z.output<typeof InfusionRecorded>;

/**
 * The patient's side of an infusion, sent together with `batch.unit-infused` and recorded after it: here, so that a batch's readers never see other
 * patients.
 */
export const infusionRecorded = fact(treatment, 'infusion-recorded', {
  title: { en: 'Infusion recorded', zh: '输注记录' },
  corrects: [
    'dose',
    'route',
    'start',
    'stop',
    'thawToInfusionMinutes',
    'vitalSigns',
    'reactions',
    'operator',
    'physician',
    'occurredAt',
  ],
  schema: InfusionRecorded,

  decide: (data, state, context) =>
    record(
      patientFault(data.patient, state),
      !state.consented && broken(treatmentRules.infusionUnconsented, '/unit', { unit: data.unit }),
      state.closed !== null && broken(treatmentRules.infusionUnplanned, '/unit', { unit: data.unit }),
      state.infusions.has(data.unit) && broken(treatmentRules.infusionAgain, '/unit', { unit: data.unit }),
      batchFaults(data, state.id, context),
      data.reactions?.map(
        ({ grade }, n) =>
          Number(grade ?? 0) >= SEVERE && broken(treatmentRules.reactionUnreported, `/reactions/${n}`, { grade: grade ?? '?' }),
      ),
    ),

  evolve: (state, { id, occurredAt, data }) => {
    const { batch: batchId, unit, dose } = data;
    state.infusions.set(unit, { event: id, batch: batchId, unit, occurredAt: data.start ?? occurredAt, dose });
  },
});

/** From CTCAE grade 2 on, a reaction needed something to be done about it. */
const SEVERE = 2;

function batchFaults(
  { batch: batchId, unit: unitId, thawToInfusionMinutes: minutes, dose }: InfusionRecorded,
  id: string,
  context: Context,
): Check {
  const state = context.state(batch, batchId);
  const unit = state?.units.get(unitId);
  const limit = state ? thawLimit(state, context) : null;
  return [
    unit?.infusion?.treatment !== id && broken(treatmentRules.infusionNotInBatch, '/unit', { unit: unitId }),
    unit && dose && doseFault(unit, dose),
    minutes !== undefined &&
      limit !== null &&
      minutes > limit &&
      broken(treatmentRules.thawTooLong, '/thawToInfusionMinutes', { unit: unitId, minutes, limit }),
  ];
}

/** Where the batch knows what share of the unit was given, the dose is that of the share. */
function doseFault(unit: Unit, dose: MaterialQuantity): Check {
  const other = otherDose(unit, dose);
  return (
    other &&
    broken(infusionRules.doseDisagrees, '/dose', {
      unit: nameOf(unit),
      fraction: other.fraction,
      expected: `${other.expected.value} ${other.expected.unit}`,
      stated: `${dose.value} ${dose.unit}`,
    })
  );
}
