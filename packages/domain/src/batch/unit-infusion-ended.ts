import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, type Check, type Context, fact, record } from '../kernel/index.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { treatment } from '../treatment/state.ts';
import { coded, Pseudonym, Uuid } from '../vocabulary/index.ts';
import { fractionByVolume, isPart, otherDose, readsOtherwise } from './infusion-amounts.ts';
import { courseOf, givenShape, takeStep } from './infusion-course.ts';
import { beforeStartFault, impossibleFault, unauthorisedFault } from './infusion-faults.ts';
import { infusionRules } from './infusion-rules.ts';
import { batchRules } from './rules.ts';
import { type BatchState, batch, type Unit } from './state.ts';
import { nameOf } from './unit-name.ts';

export const EndReason = coded({
  completed: { zh: '全部输注完成', en: 'completed' },
  'adverse-reaction': { zh: '不良反应', en: 'adverse reaction' },
  'access-lost': { zh: '静脉通路中断', en: 'access lost' },
  'line-occluded': { zh: '管路堵塞', en: 'line occluded' },
  'container-leaking': { zh: '容器渗漏', en: 'container leaking' },
  'identity-doubt': { zh: '身份存疑', en: 'identity in doubt' },
  'time-exceeded': { zh: '超过允许时间', en: 'time allowed exceeded' },
  'dose-reached': { zh: '已达计划剂量', en: 'planned dose reached' },
  'patient-request': { zh: '患者要求', en: 'at the patient’s wish' },
  other: { zh: '其他', en: 'other' },
});

const RemainderFate = coded({
  discarded: { zh: '销毁', en: 'discarded' },
  'kept-for-testing': { zh: '留存送检', en: 'kept for testing' },
  'left-in-line': { zh: '残留于管路', en: 'left in the line' },
  leaked: { zh: '渗漏损失', en: 'leaked' },
});

const Ended = z.strictObject({
  unit: Uuid,
  treatment: Uuid,
  reason: EndReason,
  ...givenShape,
  remainder: z
    .strictObject({
      quantity: MaterialQuantity.optional(),
      fate: RemainderFate,
      witness: Pseudonym.optional().describe('Staff pseudonym of who saw it discarded'),
    })
    .optional()
    .describe('What is left in the container. The container counts as infused whatever becomes of it'),
  ...Hands,
});
type Ended = z.output<typeof Ended>;

/** Nothing more of the unit is given. What was is `fraction` of it, all where it is said to be complete. */
export const unitInfusionEnded = fact(batch, 'unit-infusion-ended', {
  title: { en: 'Infusion of a unit ended', zh: '单元输注结束' },
  corrects: ['reason', 'fraction', 'administered', 'remainder', 'operator', 'verifier', 'occurredAt'],
  schema: Ended,

  decide: (data, state, context) => {
    const impossible = impossibleFault(data, state);
    if (impossible) return record(impossible);
    const unit = state.units.get(data.unit)!;
    return record(
      orderFaults(data, state, unit, context),
      amountFaults(data, unit),
      doseFault(data, state, context),
      handsFault(batchRules.verifierIsOperator, data, context),
    );
  },

  evolve: (state, event) => {
    takeStep(state, { ...event, data: endInAll(event.data) }, 'ended', event.data.remainder?.quantity ?? null);
  },
});

/** Complete means all of it. */
export function endInAll(data: Ended): Ended {
  const isAll = data.reason === 'completed' && data.fraction === undefined && data.administered === undefined;
  return isAll ? { ...data, fraction: '100' } : data;
}

function orderFaults(data: Ended, state: BatchState, unit: Unit, context: Context): Check {
  const name = nameOf(unit);
  const { occurredAt } = context;
  if (!unit.infusion) {
    return [
      broken(infusionRules.startMissing, '/unit', { unit: name, step: 'ended', zh: '结束' }),
      unauthorisedFault(data, occurredAt, state, unit, context),
    ];
  }
  const course = courseOf(unit);
  return [beforeStartFault(unit, occurredAt), course?.ended && broken(infusionRules.endedBefore, '/unit', { unit: name })];
}

function amountFaults({ reason, fraction, administered, remainder }: Ended, unit: Unit): Check {
  const name = nameOf(unit);
  const computed = fractionByVolume(unit, administered ?? null);
  const isEarly = reason !== 'completed';
  const given = fraction ?? computed;
  const before = courseOf(unit)?.steps.findLast((step) => step.fraction !== null)?.fraction ?? null;
  return [
    isEarly && given === null && before === null && broken(infusionRules.amountMissing, '/fraction', { unit: name }),
    fraction !== undefined &&
      computed !== null &&
      readsOtherwise(fraction, computed) &&
      broken(infusionRules.fractionDisagrees, '/fraction', { unit: name, fraction, computed }),
    !isEarly &&
      given !== null &&
      readsOtherwise('100', given) &&
      broken(infusionRules.completedInPart, '/reason', { unit: name, fraction: given }),
    given !== null &&
      before !== null &&
      Number(given) < Number(before) &&
      broken(infusionRules.decreased, '/fraction', { unit: name, before, fraction: given }),
    given !== null &&
      isPart(given) &&
      isEarly &&
      !remainder &&
      broken(infusionRules.remainderUnaccounted, '/remainder', { unit: name }),
  ];
}

/** Where the treatment told its dose first: it is that of the fraction. */
function doseFault(data: Ended, state: BatchState, context: Context): Check {
  const dose = context.state(treatment, data.treatment)?.infusions.get(data.unit)?.dose;
  const unit = state.units.get(data.unit);
  if (!dose || !unit) return undefined;
  const { fraction = null, administered = null } = endInAll(data);
  const step = { event: '', seq: 0, kind: 'ended', occurredAt: null, fraction, administered, remainder: null } as const;
  const after = { ...unit, infusion: { event: '', treatment: data.treatment, occurredAt: null, course: [step] } };
  const other = otherDose(after, dose);
  return (
    other &&
    broken(infusionRules.doseDisagrees, '/fraction', {
      unit: nameOf(unit),
      fraction: other.fraction,
      expected: `${other.expected.value} ${other.expected.unit}`,
      stated: `${dose.value} ${dose.unit}`,
    })
  );
}
