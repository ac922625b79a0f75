import { z } from 'zod';
import { broken, type Check, type Context, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { Moment } from '../time/index.ts';
import { treatment } from '../treatment/state.ts';
import { coded, LIST_LIMIT, Pseudonym, Uuid } from '../vocabulary/index.ts';
import { lateResultDue } from './late-result-clock.ts';
import { lateResultRules } from './late-result-rules.ts';
import { type BatchState, batch } from './state.ts';
import { ResultReference, resultId } from './test-recorded.ts';
import { nameOf } from './unit-name.ts';

const Means = coded({
  telephone: { zh: '电话', en: 'by telephone' },
  'in-person': { zh: '当面', en: 'in person' },
  message: { zh: '电子消息', en: 'by electronic message' },
  letter: { zh: '书面信函', en: 'by letter' },
});

const Notified = withPersonal({
  result: ResultReference.describe('The result that failed'),
  treatment: Uuid,
  units: z.array(Uuid).min(1).max(LIST_LIMIT).describe('Units that were infused in it'),
  physician: Pseudonym.describe('Staff pseudonym of who was told'),
  means: Means.optional(),
  acknowledged: z
    .strictObject({ at: Moment.optional() })
    .optional()
    .describe('Where the physician confirmed at once; later, it is an entry of its own'),
  advice: personal(z.string().max(4000)),
});
type Notified = z.output<typeof Notified>;

/** The physician was told. What a patient was told, and what came of it, stands in the treatment. */
export const lateResultNotified = fact(batch, 'late-result-notified', {
  title: { en: 'Late result notified', zh: '迟到不合格结果通知' },
  corrects: ['physician', 'means', 'units', 'occurredAt'],
  schema: Notified,

  decide: (data, state, context) => {
    const result = state.tests.get(resultId(data.result.event, data.result.index));
    return record(
      !result && broken(lateResultRules.resultUnknown, '/result'),
      result && result.verdict !== 'fail' && broken(lateResultRules.notFailed, '/result', { test: result.test }),
      data.units.map((id, i) => {
        const unit = state.units.get(id);
        if (!unit) return broken(lateResultRules.unitsUnknown, `/units/${i}`, { unit: id });
        const infused = unit.infusion?.treatment === data.treatment;
        return !infused && broken(lateResultRules.notInfused, `/units/${i}`, { unit: nameOf(unit), treatment: data.treatment });
      }),
      physicianFault(data, context),
      overdueFault(data, state, context),
    );
  },

  evolve: (state, { id, occurredAt, data }) => {
    state.lateNotices.set(id, {
      event: id,
      result: resultId(data.result.event, data.result.index),
      treatment: data.treatment,
      physician: data.physician,
      at: occurredAt,
      acknowledged: data.acknowledged ? { event: id, at: data.acknowledged.at ?? occurredAt } : null,
    });
  },
});

function physicianFault({ treatment: id, physician }: Notified, context: Context): Check {
  const planned = context.state(treatment, id);
  return (
    planned?.physician != null &&
    planned.physician !== physician &&
    broken(lateResultRules.otherPhysician, '/physician', { physician, treatment: id })
  );
}

/** The clock runs from when the failure was recorded, and where all infusions were recorded later from the first of them. */
function overdueFault(data: Notified, state: BatchState, context: Context): Check {
  const failed = context.event(data.result.event);
  if (!failed) return undefined;
  const infused = data.units.flatMap((id) => {
    const event = state.units.get(id)?.infusion?.event;
    return event === undefined ? [] : (context.event(event)?.recordedAt ?? []);
  });
  const [first = failed.recordedAt] = infused.sort();
  const from = [failed.recordedAt, first].sort()[1]!;
  const { at, hours: limit } = lateResultDue(state.regime, from);
  const told = context.occurredAt ?? context.now;
  const hours = Math.floor((Date.parse(told) - Date.parse(from)) / 3_600_000);
  return Date.parse(told) > Date.parse(at) && broken(lateResultRules.overdue, '', { treatment: data.treatment, hours, limit });
}
