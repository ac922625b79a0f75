// A second entry about the thaw of a bag, by a colleague or by mistake, started its clock again; a thaw dated into the future never ran out; and an
// authorisation that was dated back to before the expiry was green.
import { describe, expect, it } from 'vitest';
import { given } from '../specification.ts';
import { gateFor } from './gate.ts';
import { AT, aBatch, aUnit, IDS, surroundings, THAWED_AT } from './hospital-examples.ts';
import { batch, type Unit } from './state.ts';
import { firstThaw } from './thawing.ts';
import { unitInfusionAuthorised } from './unit-infusion-authorised.ts';
import { unitThawed } from './unit-thawed.ts';

const others = surroundings();
const reasons = (unit: Partial<Unit>, at = AT) =>
  gateFor(aBatch({}, aUnit(unit)), IDS.unit, IDS.treatment, at, {
    state: (aggregate, id) => others.get(`${aggregate.name}-${id}`) as never,
    states: (aggregate, ids) => new Map(ids.map((id) => [id, others.get(`${aggregate.name}-${id}`) as never])),
  }).map(({ rule }) => rule.id);

describe('the clock of a thawed unit', () => {
  const again = (data: object, occurredAt: string | null) =>
    given({ ...batch, initial: () => aBatch() }, IDS.batch)
      .when(unitThawed, { scope: 'whole-batch', ...data }, { occurredAt })
      .afterwards()
      .units.get(IDS.unit)!.thawed;

  it('is not started again by a second entry', () => {
    expect(again({ expiry: '2026-11-22T18:00:00+08:00' }, AT)).toMatchObject({
      occurredAt: THAWED_AT,
      expiry: '2026-11-21T18:45:00+08:00',
    });
  });

  it('runs from the earlier of two entries, to the earlier expiry', () => {
    expect(again({ expiry: '2026-11-21T17:00:00+08:00' }, '2026-11-21T13:00:00+08:00')).toMatchObject({
      occurredAt: '2026-11-21T13:00:00+08:00',
      expiry: '2026-11-21T17:00:00+08:00',
    });
  });

  it('is not known where one of them does not know the time', () => {
    const thaw = (occurredAt: string | null) => ({ occurredAt, expiry: null });
    expect(firstThaw(thaw(THAWED_AT), thaw(null)).occurredAt).toBeNull();
    expect(firstThaw(thaw(null), thaw(THAWED_AT)).occurredAt).toBeNull();
  });

  it('is not known where the thaw is said to be still to come', () => {
    const slip = { event: 'e', occurredAt: '2036-11-21T14:45:00+08:00', expiry: null };
    expect(reasons({ thawed: slip })).toEqual(['gate.thaw-time-unknown']);
    expect(reasons({ thawed: { ...slip, occurredAt: '2026-11-21T15:01:00+08:00' } })).toEqual([]);
  });
});

describe('an authorisation that is dated back', () => {
  const check = {
    ...{ unit: IDS.unit, treatment: IDS.treatment, patient: IDS.patient, secondChecker: 'nurse-0002' },
    checks: {
      ...{ patient: { outcome: 'match' }, coi: { outcome: 'not-applicable' } },
      ...{ unit: { outcome: 'match' }, product: { outcome: 'match' } },
    },
  };
  const nurse = {
    kid: 'k',
    org: IDS.hospital,
    person: 'nurse-0001',
    roles: ['hospital.nurse'],
    meaning: 'bedside-check',
    signedAt: AT,
  };
  const asking = (unit: Partial<Unit>, now: string, mode?: 'outbox') =>
    given({ ...batch, initial: () => aBatch({}, aUnit(unit)) }, IDS.batch, [], others).when(unitInfusionAuthorised, check, {
      ...{ signers: [nurse], occurredAt: AT, now, ...(mode && { mode }), actor: { org: IDS.hospital, person: 'nurse-0001' } },
    });

  it('does not make an expired bag usable', () => {
    expect(asking({ expiry: '2026-11-21T15:30:00+08:00' }, '2026-11-21T07:20:00.000Z').rules).toEqual([]);
    expect(asking({ expiry: '2026-11-21T15:30:00+08:00' }, '2026-11-21T07:40:00.000Z').rules).toEqual(['gate.expired']);
  });

  it('is measured by when it was given, where it was given without a network and comes later', () => {
    expect(asking({ expiry: '2026-11-21T15:30:00+08:00' }, '2026-11-21T17:40:00.000Z', 'outbox').rules).toEqual([]);
  });

  it('does not turn the clock of a thawed bag back', () => {
    expect(asking({}, '2026-11-21T11:00:00.000Z').rules).toEqual(['gate.thaw-expired', 'gate.thaw-too-long']);
  });
});
