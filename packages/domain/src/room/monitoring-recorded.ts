import { z } from 'zod';
import { broken, type Check, fact, type Recorded, record } from '../kernel/index.ts';
import { compareDecimal, Decimal, UnitCode } from '../quantity/index.ts';
import { instant, Moment } from '../time/index.ts';
import { LIST_LIMIT, Pseudonym, SiteCode, titleOf, Uuid } from '../vocabulary/index.ts';
import { MonitoringKind } from './codes.ts';
import { roomRules } from './rules.ts';
import { pointKey, type RoomState, room } from './state.ts';

const Result = z.strictObject({
  point: SiteCode.describe('Where it was sampled, as the plan names it'),
  kind: MonitoringKind,
  value: Decimal,
  unit: UnitCode.describe('UCUM, e.g. {CFU}, /m3, Pa'),
  alert: Decimal.optional().describe('Alert limit'),
  action: Decimal.optional().describe('Action limit'),
  minimum: Decimal.optional().describe('Lower action limit, of a pressure difference'),
  organisms: z.array(SiteCode).max(20).optional().describe('What grew'),
});
type Result = z.output<typeof Result>;

/**
 * Plates are read days after they were laid out: `occurredAt` is when they were read, `sampledAt` when the air was that of the session. Nothing
 * about that is late.
 */
export const monitoringRecorded = fact(room, 'monitoring-recorded', {
  title: { en: 'Monitoring recorded', zh: '环境监测' },
  opens: 'either',
  corrects: ['sampledAt', 'results', 'session', 'report', 'sampler', 'analyst', 'occurredAt'],
  schema: z.strictObject({
    sampledAt: Moment,
    session: Uuid.optional().describe('Session during which it was sampled'),
    results: z.array(Result).min(1).max(LIST_LIMIT),
    report: SiteCode.optional(),
    sampler: Pseudonym.optional(),
    analyst: Pseudonym.optional(),
  }),

  decide: (data, state, { occurredAt }) =>
    record(
      data.results.map((result, n) => resultFaults(result, `/results/${n}`)),
      occurredAt !== null &&
        instant(data.sampledAt) > instant(occurredAt) &&
        broken(roomRules.sampledAfterRead, '/sampledAt', { sampled: data.sampledAt }),
      data.session !== undefined &&
        !state.sessions.has(data.session) &&
        broken(roomRules.sessionUnknown, '/session', { session: data.session }),
    ),

  evolve: (state, event) => {
    state.owner ??= event.actor.org;
    const at = Math.min(instant(event.data.sampledAt), instant(event.recordedAt));
    for (const result of event.data.results) note(state.points, result, event, at);
  },
});

function resultFaults({ point, kind, value, unit, alert, action, minimum }: Result, at: string): Check {
  const said = {
    point,
    kind: titleOf(MonitoringKind, kind, 'en'),
    zh: titleOf(MonitoringKind, kind, 'zh'),
    value: `${value} ${unit}`,
  };
  const found = beyond({ value, alert, action, minimum });
  return [
    found === 'action' &&
      broken(roomRules.beyondAction, `${at}/value`, {
        ...said,
        limit: isBelow({ value, minimum }) ? (minimum ?? '') : (action ?? ''),
      }),
    found === 'alert' && broken(roomRules.beyondAlert, `${at}/value`, { ...said, limit: alert ?? '' }),
    alert !== undefined &&
      action !== undefined &&
      compareDecimal(alert, action) > 0 &&
      broken(roomRules.limitsReversed, `${at}/alert`, { alert, action }),
  ];
}

function beyond(result: Pick<Result, 'value' | 'alert' | 'action' | 'minimum'>): 'action' | 'alert' | null {
  const { value, alert, action } = result;
  if (isBelow(result) || (action !== undefined && compareDecimal(value, action) > 0)) return 'action';
  return alert !== undefined && compareDecimal(value, alert) > 0 ? 'alert' : null;
}

function isBelow({ value, minimum }: Pick<Result, 'value' | 'minimum'>): boolean {
  return minimum !== undefined && compareDecimal(value, minimum) < 0;
}

function note(points: RoomState['points'], result: Result, { id, seq }: Recorded, at: number): void {
  const { point, kind } = result;
  const key = pointKey(point, kind);
  const held = points.get(key);
  if (held && (held.at > at || (held.at === at && held.seq > seq))) return;
  points.set(key, { event: id, point, kind, at, seq, beyond: beyond(result) });
}
