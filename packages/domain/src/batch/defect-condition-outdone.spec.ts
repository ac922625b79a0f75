// How a unit had arrived folded by (occurredAt, seq) over all receivers. A rejection that was dated by the day, or not at all, counted as older than
// an acceptance of that day; an acceptance dated into the future by a slip of the pen outdid every rejection until then; and what a depot had accepted
// stood for a hospital that had not looked yet. Each left the gate green.
import { describe, expect, it } from 'vitest';
import { latest, type Recorded } from '../kernel/index.ts';
import { aBatch, aUnit, IDS } from './hospital-examples.ts';
import type { Unit } from './state.ts';
import { type UnitCondition, unitReceived } from './unit-received.ts';
import { unitShipped } from './unit-shipped.ts';

type Said = {
  to?: string;
  condition?: UnitCondition;
  at: string | null;
  precision?: 'min' | 'day' | 'unknown';
  recordedAt?: string;
};

function conditionAfter(...past: (Said | 'shipped')[]): string | undefined {
  const state = aBatch({}, aUnit({ condition: undefined, receivedBy: null, custodian: IDS.lab }));
  past.forEach((said, seq) => {
    const base = { id: `e${seq}`, stream: `batch-${IDS.batch}`, seq, causation: null, actor: {} } as unknown as Recorded;
    if (said === 'shipped') {
      const data = { shipment: `s${seq}`, from: IDS.lab, to: IDS.hospital, custodian: 'carrier-c', units: [IDS.unit] };
      unitShipped.evolve(state, { ...base, data } as never);
      return;
    }
    const { to = IDS.hospital, condition = 'accepted', at, precision = 'min', recordedAt = '2026-11-21T10:00:00Z' } = said;
    unitReceived.evolve(state, {
      ...base,
      type: unitReceived.type,
      occurredAt: at,
      recordedAt,
      capture: { mode: 'direct', precision },
      data: { to, units: [{ unit: IDS.unit, condition }] },
    } as never);
  });
  return (state.units.get(IDS.unit) as Unit).condition?.value;
}

describe('the condition of a unit', () => {
  const accepted = { at: '2026-11-21T10:00:00+08:00' };

  it('is what was found against it that day, though the hour was not noted', () => {
    const vague = { condition: 'rejected', at: '2026-11-21T00:00:00+08:00', precision: 'day' } as const;
    expect(conditionAfter(accepted, vague)).toBe('rejected');
    expect(conditionAfter(accepted, { ...vague, at: null, precision: 'unknown' })).toBe('rejected');
  });

  it('is not changed by what was found the day before and is entered late', () => {
    const yesterday = { condition: 'to-be-assessed', at: '2026-11-20T00:00:00+08:00', precision: 'day' } as const;
    expect(conditionAfter(accepted, yesterday)).toBe('accepted');
  });

  it('is what is found later, though an acceptance was dated into a year to come', () => {
    const slip = { at: '2036-11-21T10:00:00+08:00' };
    expect(
      conditionAfter(slip, { condition: 'rejected', at: '2026-11-21T18:30:00+08:00', recordedAt: '2026-11-21T10:31:00Z' }),
    ).toBe('rejected');
  });

  it('is not known where it arrives next', () => {
    const depot = { to: 'depot-d', at: '2026-11-21T10:00:00+08:00' };
    expect(conditionAfter(depot, 'shipped')).toBeUndefined();
    expect(conditionAfter(depot, { condition: 'to-be-assessed', at: '2026-11-21T09:00:00+08:00' })).toBe('to-be-assessed');
  });
});

it('folds what is said of the future as of when it was said', () => {
  const event = (seq: number, occurredAt: string, recordedAt: string) =>
    ({ id: `e${seq}`, seq, occurredAt, recordedAt }) as Recorded;
  const slip = latest<string>(undefined, event(0, '2036-01-01T00:00:00Z', '2026-01-01T00:00:00Z'), 'tank A');
  expect(latest(slip, event(1, '2026-01-02T00:00:00Z', '2026-01-02T00:05:00Z'), 'tank B').value).toBe('tank B');
});
