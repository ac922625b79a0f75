import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, type Check, type Context, fact, record } from '../kernel/index.ts';
import { coded, Uuid } from '../vocabulary/index.ts';
import { courseOf, givenShape, takeStep } from './infusion-course.ts';
import { beforeStartFault, impossibleFault, unauthorisedFault } from './infusion-faults.ts';
import { infusionRules } from './infusion-rules.ts';
import { batchRules } from './rules.ts';
import { isBefore } from './scoped.ts';
import { type BatchState, batch, type Unit } from './state.ts';
import { nameOf } from './unit-name.ts';

export const InterruptionReason = coded({
  'adverse-reaction': { zh: '不良反应', en: 'adverse reaction' },
  'access-lost': { zh: '静脉通路中断', en: 'access lost' },
  'line-occluded': { zh: '管路堵塞', en: 'line occluded' },
  'container-leaking': { zh: '容器渗漏', en: 'container leaking' },
  'pump-alarm': { zh: '输注泵报警', en: 'alarm of the pump' },
  'identity-doubt': { zh: '身份存疑', en: 'identity in doubt' },
  'patient-request': { zh: '患者要求', en: 'at the patient’s wish' },
  other: { zh: '其他', en: 'other' },
});

const Interrupted = z.strictObject({
  unit: Uuid,
  treatment: Uuid,
  reason: InterruptionReason,
  ...givenShape,
  ...Hands,
});
type Interrupted = z.output<typeof Interrupted>;

/** It stopped and may go on: `unit-infusion-started` says that it does, `unit-infusion-ended` that it does not. */
export const unitInfusionInterrupted = fact(batch, 'unit-infusion-interrupted', {
  title: { en: 'Infusion of a unit interrupted', zh: '单元输注中断' },
  corrects: ['reason', 'fraction', 'administered', 'operator', 'verifier', 'occurredAt'],
  schema: Interrupted,

  decide: (data, state, context) => {
    const impossible = impossibleFault(data, state);
    if (impossible) return record(impossible);
    const unit = state.units.get(data.unit)!;
    return record(interruptionFaults(data, state, unit, context), handsFault(batchRules.verifierIsOperator, data, context));
  },

  evolve: (state, event) => takeStep(state, event, 'interrupted'),
});

function interruptionFaults(data: Interrupted, state: BatchState, unit: Unit, context: Context): Check {
  const name = nameOf(unit);
  const { occurredAt } = context;
  if (!unit.infusion) {
    return [
      broken(infusionRules.startMissing, '/unit', { unit: name, step: 'interrupted', zh: '中断' }),
      unauthorisedFault(data, occurredAt, state, unit, context),
    ];
  }
  const course = courseOf(unit);
  const before = course?.steps.findLast((step) => !isBefore(occurredAt, step.occurredAt));
  return [
    beforeStartFault(unit, occurredAt),
    before?.kind === 'ended' && broken(infusionRules.afterEnd, '/unit', { unit: name, ended: before.occurredAt ?? '?' }),
    before?.kind === 'interrupted' && broken(infusionRules.interruptedBefore, '/unit', { unit: name }),
  ];
}
