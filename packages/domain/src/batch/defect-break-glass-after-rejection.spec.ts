// A hospital rejected a bag at its receipt and sent it on. The departure forgot what had been found, since how a bag arrived at one place says nothing about
// how it arrives at the next, and on the way the gate said only that it had not arrived. Break-glass passes over just that: the rejected bag was opened. The
// same held where the way on was not recorded at all and the bag turned up in another hospital's hands.
import { describe, expect, it } from 'vitest';
import { given } from '../specification.ts';
import { breakGlassUsed } from './break-glass-used.ts';
import { gateFor } from './gate.ts';
import { AT, aBatch, aUnit, IDS, surroundings } from './hospital-examples.ts';
import { type BatchState, batch, type Unit } from './state.ts';
import { type UnitCondition, unitReceived } from './unit-received.ts';
import { unitShipped } from './unit-shipped.ts';

const FIRST = 'hospital-x';
const NEXT = '0192f5c4-0000-7000-8000-000000005e02';
const ONWARD = { shipment: NEXT, from: FIRST, to: IDS.hospital, custodian: 'carrier-c', units: [IDS.unit] };
const arriving = (to: string, condition: UnitCondition, hour: string) =>
  [
    unitReceived,
    { to, units: [{ unit: IDS.unit, condition, found: ['leaking'] }] },
    { occurredAt: `2026-11-21T${hour}:00+08:00` },
  ] as const;
const leaving = [unitShipped, ONWARD, { occurredAt: '2026-11-21T11:00:00+08:00' }] as const;
type Past = typeof leaving | ReturnType<typeof arriving>;

const bag = (over: Partial<Unit> = {}) => aUnit({ condition: undefined, receivedBy: null, custodian: 'carrier-b', ...over });
const at = (past: readonly Past[], state = aBatch({}, bag())) =>
  given({ ...batch, initial: () => state }, IDS.batch, past, surroundings());

const match = { outcome: 'match', method: 'scan' };
const checks = { patient: { outcome: 'match' }, coi: { outcome: 'not-applicable' }, unit: match, product: match };
const breaking = (past: readonly Past[], unit: string = IDS.unit, state?: BatchState) =>
  at(past, state).when(
    breakGlassUsed,
    { unit, treatment: IDS.treatment, patient: IDS.patient, checks, reason: 'life-threatening', holder: 'nurse-0001' },
    { occurredAt: AT, actor: { org: IDS.hospital, person: 'nurse-0001' } },
  );

describe('break-glass on a bag that was sent on', () => {
  it.each(['rejected', 'to-be-assessed'] as const)('opens nothing while it is on its way, where it had arrived %s', (found) => {
    const done = breaking([arriving(FIRST, found, '10:00'), leaving]);
    expect(done).toMatchObject({ outcome: 'refuse', rules: expect.arrayContaining(['gate.condition-not-accepted']) });
  });

  it('opens nothing where the bag lies rejected with another hospital, by what is recorded', () => {
    const done = breaking([arriving(FIRST, 'rejected', '10:00')]);
    expect(done).toMatchObject({ outcome: 'refuse', rules: expect.arrayContaining(['gate.condition-not-accepted']) });
  });

  it('opens nothing for what was drawn from a rejected bag', () => {
    const syringe = aUnit({ id: IDS.otherUnit, parent: IDS.unit, part: 1, condition: undefined, inTransit: true });
    const done = breaking([arriving(FIRST, 'rejected', '10:00')], syringe.id, aBatch({}, bag(), syringe));
    expect(done).toMatchObject({ outcome: 'refuse', rules: expect.arrayContaining(['gate.condition-not-accepted']) });
  });

  it('passes over the missing receipt as before, where nobody found anything against it', () => {
    for (const past of [[leaving], [arriving(FIRST, 'accepted', '10:00'), leaving], [arriving(FIRST, 'accepted', '10:00')]])
      expect(breaking(past)).toMatchObject({ outcome: 'record', rules: ['break-glass.passed-over', 'break-glass.used'] });
  });
});

describe('the gate', () => {
  it('asks the next receiver: what was found before does not outlive an arrival that was accepted', () => {
    const others = surroundings();
    const past = [arriving(FIRST, 'rejected', '10:00'), leaving, arriving(IDS.hospital, 'accepted', '12:00')] as const;
    const state = at(past)
      .when(unitReceived, arriving(IDS.hospital, 'accepted', '12:30')[1])
      .afterwards();
    const violations = gateFor(state, IDS.unit, IDS.treatment, AT, {
      state: (aggregate, id) => others.get(`${aggregate.name}-${id}`) as never,
      states: (aggregate, ids) => new Map(ids.map((id) => [id, others.get(`${aggregate.name}-${id}`) as never])),
    });
    expect(violations).toEqual([]);
  });
});
