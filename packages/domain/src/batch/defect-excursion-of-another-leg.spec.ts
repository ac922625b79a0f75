// The gate read the excursions of the last shipment only. A bag that had gone by a depot, or whose receipt named another shipment than the one it
// travelled in, was green although the temperature of its transport was never assessed.
import { describe, expect, it } from 'vitest';
import type { Excursion } from '../shipment/state.ts';
import { given } from '../specification.ts';
import { gateFor } from './gate.ts';
import { AT, aBatch, aShipment, aUnit, IDS, surroundings } from './hospital-examples.ts';
import { batch, type Unit } from './state.ts';
import { unitReceived } from './unit-received.ts';
import { unitShipped } from './unit-shipped.ts';

const FIRST_LEG = '0192f5c4-0000-7000-8000-000000005e02';
const CLAIMED = '0192f5c4-0000-7000-8000-000000005e03';
const warm: Excursion = {
  ...{ id: 'x', event: 'e', beyondLimit: true, minutesOutside: 90, minimum: '-120', maximum: '-80', assessed: null },
};
const others = surroundings({ [`shipment-${FIRST_LEG}`]: aShipment({ id: FIRST_LEG, excursions: new Map([['x', warm]]) }) });
const reasons = (unit: Unit) =>
  gateFor(aBatch({}, unit), unit.id, IDS.treatment, AT, {
    state: (aggregate, id) => others.get(`${aggregate.name}-${id}`) as never,
    states: (aggregate, ids) => new Map(ids.map((id) => [id, others.get(`${aggregate.name}-${id}`) as never])),
  }).map(({ rule }) => rule.id);

const fresh = () =>
  aUnit({ lastShipment: null, travelled: new Set(), receivedBy: null, condition: undefined, custodian: IDS.lab });
const shipped = (shipment: string) =>
  [unitShipped, { shipment, from: IDS.lab, to: IDS.hospital, custodian: 'carrier-c', units: [IDS.unit] }] as const;
const received = (to: string, shipment?: string) =>
  [unitReceived, { to, ...(shipment && { shipment }), units: [{ unit: IDS.unit, condition: 'accepted' }] }] as const;
const after = (...past: Parameters<typeof given>[2] & object) =>
  given({ ...batch, initial: () => aBatch({}, fresh()) }, IDS.batch, past.slice(0, -1))
    .when(past.at(-1)![0], past.at(-1)![1], { occurredAt: '2026-11-21T12:00:00+08:00' })
    .afterwards()
    .units.get(IDS.unit)!;

describe('the gate', () => {
  it('knows the excursion of an earlier leg of the way', () => {
    const unit = after(
      shipped(FIRST_LEG),
      received('depot-d', FIRST_LEG),
      shipped(IDS.shipment),
      received(IDS.hospital, IDS.shipment),
    );
    expect(unit.lastShipment).toBe(IDS.shipment);
    expect(reasons(unit)).toEqual(['gate.excursion-open']);
  });

  it('knows the excursion of the shipment that the bag left with, whatever the receiver says it came with', () => {
    expect(reasons(after(shipped(FIRST_LEG), received(IDS.hospital, CLAIMED)))).toEqual(['gate.excursion-open']);
  });
});
