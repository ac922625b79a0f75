import { describe, expect, it } from 'vitest';
import { given } from '../specification.ts';
import { aBatch, aTreatment, aUnit, IDS, surroundings } from './hospital-examples.ts';
import { type BatchState, batch, type Restriction, type Unit } from './state.ts';
import { unitAllocated } from './unit-allocated.ts';
import { unitPacked } from './unit-packed.ts';
import { unitReceived } from './unit-received.ts';
import { unitShipped } from './unit-shipped.ts';

const onHand = { custodian: IDS.lab, receivedBy: null, condition: undefined, lastShipment: null, allocation: null, thawed: null };
const lab = (unit: Partial<Unit> = {}, state: Partial<BatchState> = {}, others: Readonly<Record<string, unknown>> = {}) =>
  given(
    {
      ...batch,
      initial: () => aBatch(state, aUnit({ ...onHand, ...unit }), aUnit({ ...onHand, id: IDS.otherUnit, ordinal: 2 })),
    },
    IDS.batch,
    [],
    surroundings(others),
  );
const restricted = (over: Partial<Restriction> = {}): Restriction => ({
  event: 'e1',
  scope: 'whole-batch',
  reason: 'deviation',
  cause: null,
  lifted: null,
  ...over,
});
const UNKNOWN = '0192f5c4-0000-7000-8000-00000000eeee';

describe('allocating a unit', () => {
  const data = { unit: IDS.unit, treatment: IDS.treatment, patient: IDS.patient, site: IDS.hospital };
  const allocating = (unit: Partial<Unit> = {}, state: Partial<BatchState> = {}, others = {}, over: object = {}) =>
    lab(unit, state, others).when(unitAllocated, { ...data, ...over });

  it('reserves it for the patient and makes the site a treating site', () => {
    const done = allocating();
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    const after = done.afterwards();
    expect(after.units.get(IDS.unit)?.allocation).toMatchObject({ treatment: IDS.treatment, patient: IDS.patient });
    expect(batch.relations(after, IDS.hospital)).toContain('treating-site');
  });

  it('needs a unit and a treatment that exist', () => {
    expect(allocating({}, {}, {}, { unit: UNKNOWN })).toMatchObject({ outcome: 'refuse', rules: ['hospital.units-unknown'] });
    expect(allocating({}, {}, { [`treatment-${IDS.treatment}`]: null }).rules).toEqual(['allocation.treatment-unknown']);
  });

  it('is for the patient, the site and the product of the treatment', () => {
    expect(allocating({}, {}, {}, { patient: 'patient-0002' }).rules).toEqual(['allocation.patient-differs']);
    expect(allocating({}, {}, {}, { site: 'hospital-x' }).rules).toEqual(['allocation.site-differs']);
    const other = { [`treatment-${IDS.treatment}`]: aTreatment({ product: IDS.donation }) };
    expect(allocating({}, {}, other).rules).toEqual(['allocation.product-differs']);
  });

  it('keeps to the chain of identity of autologous cells', () => {
    const own = { autologous: true, coi: 'CHG123417654321' };
    const of = (coi: string | null) => ({ [`treatment-${IDS.treatment}`]: aTreatment({ coi }) });
    expect(allocating({}, own, of('CHG123417654321')).rules).toEqual([]);
    expect(allocating({}, own, of('CHG123417654322')).rules).toEqual(['allocation.coi-differs']);
    expect(allocating({}, { autologous: true, coi: null }, of(null)).rules).toEqual(['allocation.coi-differs']);
  });

  it('waits for release, conditional or not, and for the end of restrictions', () => {
    const disposed = (kind: 'rejected' | 'conditionally-released') => ({
      dispositions: [{ event: 'e', seq: 1, kind, scope: 'whole-batch' as const, pendingTests: [] }],
    });
    expect(allocating({}, { dispositions: [] }).rules).toEqual(['allocation.not-released']);
    expect(allocating({}, disposed('rejected')).rules).toEqual(['allocation.not-released']);
    expect(allocating({}, disposed('conditionally-released')).rules).toEqual([]);
    expect(allocating({}, { holds: [restricted()] }).rules).toEqual(['allocation.restricted']);
    expect(allocating({}, { holds: [restricted({ lifted: 'e2' })] }).rules).toEqual([]);
  });

  it('takes no unit that ended, nor one of another treatment that is still open', () => {
    expect(allocating({ end: 'discarded' }).rules).toEqual(['hospital.unit-ended']);
    const allocation = { event: 'e', treatment: IDS.otherTreatment, patient: 'patient-0002', site: IDS.hospital };
    expect(allocating({ allocation }).rules).toEqual(['allocation.allocated-elsewhere']);
    const closed = { [`treatment-${IDS.otherTreatment}`]: aTreatment({ closed: 'closed' }) };
    expect(allocating({ allocation }, {}, closed).rules).toEqual([]);
    expect(allocating({ allocation: { ...allocation, treatment: IDS.treatment } }).rules).toEqual([]);
  });

  it('is not for a treatment that is closed', () => {
    const closed = { [`treatment-${IDS.treatment}`]: aTreatment({ closed: 'lost-to-follow-up' }) };
    expect(allocating({}, {}, closed).rules).toEqual(['allocation.treatment-closed']);
  });
});

describe('packing units', () => {
  const data = { shipment: IDS.shipment, shipper: IDS.lab, units: [IDS.unit, IDS.otherUnit] };
  const packing = (unit: Partial<Unit> = {}, state: Partial<BatchState> = {}, over: object = {}) =>
    lab(unit, state).when(unitPacked, { ...data, ...over });

  it('puts them into one shipment', () => {
    const done = packing();
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(done.afterwards().units.get(IDS.unit)?.shipment).toBe(IDS.shipment);
  });

  it('may be said twice for the same shipment', () => {
    expect(packing({ shipment: IDS.shipment }).rules).toEqual([]);
  });

  it.each<[string, Partial<Unit>]>([
    ['ended', { end: 'infused' }],
    ['is in transit', { inTransit: true }],
    ['is packed elsewhere', { shipment: '0192f5c4-0000-7000-8000-000000005e02' }],
    ['is in the custody of somebody else', { custodian: IDS.hospital }],
  ])('takes no unit that %s', (_, unit) => {
    expect(packing(unit)).toMatchObject({ outcome: 'refuse', rules: ['packing.not-on-hand'] });
  });

  it('takes nothing quarantined, held, recalled, rejected or expired', () => {
    for (const list of ['quarantines', 'holds', 'recalls']) {
      const only = restricted({ scope: { units: [IDS.unit] } });
      expect(packing({}, { [list]: [only] }).rules).toEqual(['packing.restricted']);
    }
    const rejected = [{ event: 'e', seq: 1, kind: 'rejected' as const, scope: { units: [IDS.unit] }, pendingTests: [] }];
    expect(packing({}, { dispositions: rejected }).rules).toEqual(['packing.rejected']);
    expect(packing({ expiry: '2026-11-21T14:00:00+08:00' }).rules).toEqual(['packing.expired']);
  });

  it('refuses unknown units and names each', () => {
    const done = packing({}, {}, { units: [IDS.unit, UNKNOWN] });
    expect(done.outcome).toBe('refuse');
    expect(done.decision.violations.map(({ pointer }) => pointer)).toEqual(['/data/units/1']);
  });
});

describe('units that left', () => {
  const data = { shipment: IDS.shipment, from: IDS.lab, to: IDS.hospital, custodian: 'carrier-c', units: [IDS.unit] };
  const leaving = (unit: Partial<Unit> = {}, state: Partial<BatchState> = {}, over: object = {}) =>
    lab({ shipment: IDS.shipment, ...unit }, state).when(unitShipped, { ...data, ...over });

  it('are in transit, and the carrier answers for them', () => {
    const done = leaving();
    expect(done).toMatchObject({ outcome: 'record', rules: [] });
    expect(done.afterwards().units.get(IDS.unit)).toMatchObject({
      inTransit: true,
      custodian: 'carrier-c',
      lastShipment: IDS.shipment,
    });
  });

  it('are recorded though they were not packed, held or ended, with findings', () => {
    expect(leaving({ shipment: null })).toMatchObject({ outcome: 'record', rules: ['shipping.not-packed'] });
    expect(leaving({}, { holds: [restricted()] })).toMatchObject({ outcome: 'record', rules: ['shipping.restricted'] });
    const ended = leaving({ end: 'discarded' });
    expect(ended).toMatchObject({ outcome: 'record', rules: ['hospital.unit-ended'] });
    expect(ended.afterwards().units.get(IDS.unit)?.inTransit).toBe(false);
  });

  it('have arrived, where their departure is entered after their receipt', () => {
    const arrived = { shipment: null, lastShipment: IDS.shipment, custodian: IDS.hospital, receivedBy: IDS.hospital };
    const done = leaving(arrived);
    expect(done.rules).toEqual([]);
    expect(done.afterwards().units.get(IDS.unit)).toMatchObject({ inTransit: false, custodian: IDS.hospital });
  });

  it('cannot be applied when the batch knows none of them, and are a finding when it knows some', () => {
    expect(leaving({}, {}, { units: [UNKNOWN] })).toMatchObject({ outcome: 'unreconciled', rules: ['hospital.units-unknown'] });
    expect(leaving({}, {}, { units: [IDS.unit, UNKNOWN] })).toMatchObject({
      outcome: 'record',
      rules: ['hospital.some-unit-unknown'],
    });
  });
});

describe('units that arrived', () => {
  const travelling = { inTransit: true, shipment: IDS.shipment, lastShipment: IDS.shipment, custodian: 'carrier-c' };
  const arriving = (over: object = {}, unit: Partial<Unit> = {}, state: Partial<BatchState> = {}, occurredAt?: string) =>
    lab({ ...travelling, ...unit }, state).when(
      unitReceived,
      { to: IDS.hospital, shipment: IDS.shipment, units: [{ unit: IDS.unit, condition: 'accepted' }], ...over },
      occurredAt === undefined ? {} : { occurredAt },
    );

  it('are in the custody and the place of the receiver', () => {
    const done = arriving();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    expect(done.afterwards().units.get(IDS.unit)).toMatchObject({
      custodian: IDS.hospital,
      receivedBy: IDS.hospital,
      inTransit: false,
      shipment: null,
      lastShipment: IDS.shipment,
      condition: { value: 'accepted' },
      place: { value: { site: IDS.hospital } },
    });
  });

  it('are assessed by a second receipt, which moves nothing', () => {
    const waiting = {
      inTransit: false,
      shipment: null,
      receivedBy: IDS.hospital,
      custodian: IDS.hospital,
      condition: { value: 'to-be-assessed' as const, at: 0, seq: 0, event: 'e' },
    };
    const done = arriving({}, waiting);
    expect(done.rules).toEqual([]);
    expect(done.afterwards().units.get(IDS.unit)?.condition?.value).toBe('accepted');
  });

  it('keep the newer condition when an older one is entered late', () => {
    const assessed = {
      receivedBy: IDS.hospital,
      condition: { value: 'rejected' as const, at: Date.parse('2026-11-21T12:00:00Z'), seq: 0, event: 'e' },
    };
    const late = arriving({}, assessed, {}, '2026-11-21T15:00:00+08:00');
    expect(late.afterwards().units.get(IDS.unit)?.condition?.value).toBe('rejected');
  });

  it('are findings when nobody sent them, in another shipment, or at another site than their patient is', () => {
    expect(arriving({}, { inTransit: false, shipment: null }).rules).toEqual(['receipt.not-sent']);
    expect(arriving({ shipment: UNKNOWN }).rules).toEqual(['receipt.other-shipment']);
    const allocation = { event: 'e', treatment: IDS.treatment, patient: IDS.patient, site: 'hospital-x' };
    expect(arriving({}, { allocation }).rules).toEqual(['receipt.other-site']);
    expect(arriving({}, { end: 'discarded' }).rules).toEqual(['hospital.unit-ended']);
  });

  it('are not accepted without a reason', () => {
    expect(arriving({ units: [{ unit: IDS.unit, condition: 'rejected' }] }).rules).toEqual(['receipt.reasons-missing']);
    expect(arriving({ units: [{ unit: IDS.unit, condition: 'rejected', found: ['thawed'] }] }).rules).toEqual([]);
  });

  it('are to be kept apart when they are held', () => {
    expect(arriving({}, {}, { holds: [restricted()] }).warnings).toEqual(['receipt.restricted']);
  });
});
