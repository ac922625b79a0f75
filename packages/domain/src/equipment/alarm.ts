import { z } from 'zod';
import { broken, fact, foldedAt, record } from '../kernel/index.ts';
import { Decimal, UnitCode } from '../quantity/index.ts';
import { instant, Moment } from '../time/index.ts';
import { Pseudonym, titleOf, Uuid } from '../vocabulary/index.ts';
import { AlarmKind } from './codes.ts';
import { equipmentRules } from './rules.ts';
import { equipment } from './state.ts';

/** Said again with its end, under the same id, an alarm is over. One without an end stands until the device is returned to service. */
export const alarm = fact(equipment, 'alarm', {
  title: { en: 'Equipment alarm', zh: '设备报警' },
  corrects: ['kind', 'since', 'until', 'value', 'limit', 'unit', 'acknowledgedBy', 'occurredAt'],
  schema: z.strictObject({
    alarm: Uuid.describe('Id of the alarm, chosen by who reports it'),
    kind: AlarmKind,
    since: Moment.optional().describe('When it began, where that is not when it was seen'),
    until: Moment.optional(),
    value: Decimal.optional(),
    limit: Decimal.optional(),
    unit: UnitCode.optional(),
    acknowledgedBy: Pseudonym.optional().describe('Staff pseudonym'),
  }),

  decide: ({ alarm: id, kind, since, until }, state, context) => {
    const held = state.alarms.get(id);
    const observed = context.occurredAt === null ? Number.NEGATIVE_INFINITY : instant(context.occurredAt);
    const begun = since === undefined ? (held?.since ?? observed) : instant(since);
    return record(
      !held &&
        broken(equipmentRules.alarmStanding, '/kind', {
          code: state.code ?? state.id,
          kind: titleOf(AlarmKind, kind, 'en'),
          zh: titleOf(AlarmKind, kind, 'zh'),
        }),
      until !== undefined &&
        instant(until) < begun &&
        broken(equipmentRules.intervalReversed, '/until', { since: new Date(begun).toISOString(), until }),
    );
  },

  evolve: (state, event) => {
    const { alarm: id, since, until } = event.data;
    const held = state.alarms.get(id);
    state.alarms.set(id, {
      id,
      since: since === undefined ? (held?.since ?? foldedAt(event)) : instant(since),
      until: until === undefined ? (held?.until ?? null) : instant(until),
    });
  },
});
