// Syringes drawn from a bag whose receipt was not entered yet stood on the way for ever: the receipt names the bag, and told them nothing. And they
// stood in the slot of the tank from which the bag had come: whether the next bag there was a finding hung on whether the slots had been looked at.
import { describe, expect, it } from 'vitest';
import { given } from '../specification.ts';
import * as example from './examples.ts';
import { aBatch, aUnit, IDS, surroundings } from './hospital-examples.ts';
import { type BatchState, batch, containerBalance, gateFor, type Unit, unitReceived, unitReconstituted } from './index.ts';
import { unitsInSlot } from './slot-index.ts';

type Past = NonNullable<Parameters<typeof given>[2]>;

const BOX = { tank: 'T1', rack: 'R1', box: 'B1', slot: '7' };
const SYRINGE = example.partId(1, 1);
const underway: Partial<Unit> = {
  ...{ custodian: 'carrier-c', receivedBy: null, condition: undefined, inTransit: true, shipment: IDS.shipment },
  place: { value: { site: IDS.lab, ...BOX }, at: 0, seq: 0, event: 'e' },
};
const ward = (past: Past, unit: Partial<Unit> = underway) =>
  given({ ...batch, initial: () => aBatch({ custody: new Map([[unit.custodian!, 1]]) }, aUnit(unit)) }, IDS.batch, past);
const data = example.unitReconstituted(1, 2, { unit: IDS.unit });
const receipt = (to: string = IDS.hospital) => ({
  to,
  shipment: IDS.shipment,
  units: [{ unit: IDS.unit, condition: 'accepted' }],
});
const AT_WARD = { org: IDS.hospital, occurredAt: '2026-11-21T14:50:00+08:00' };
const drawn: Past = [[unitReconstituted, data, AT_WARD]];
const gate = (state: BatchState) =>
  gateFor(state, SYRINGE, IDS.treatment, '2026-11-21T15:00:00+08:00', {
    state: (aggregate, id) => surroundings().get(`${aggregate.name}-${id}`) as never,
    states: (aggregate, ids) => new Map(ids.map((id) => [id, surroundings().get(`${aggregate.name}-${id}`) as never])),
  }).map(({ rule }) => rule.id);

describe('what was drawn from a bag', () => {
  it('is received with it, whichever is entered first', () => {
    const before = ward(drawn).when(unitReceived, receipt(), {
      occurredAt: '2026-11-21T14:00:00+08:00',
      actor: { org: IDS.hospital },
    });
    expect(before).toMatchObject({ outcome: 'record', rules: [] });
    const state = before.afterwards();
    expect(state.units.get(SYRINGE)).toMatchObject({ inTransit: false, receivedBy: IDS.hospital, custodian: IDS.hospital });
    expect(containerBalance(state)).toMatchObject({ onHand: 2, inTransit: 0, consumed: 1 });
    expect(state.custody.get('carrier-c')).toBe(0);
    expect(gate(state)).toEqual([]);
  });

  it('is not received with it where it had gone elsewhere', () => {
    const elsewhere: Past = [
      ...drawn,
      [unitReceived, { to: 'hospital-c', units: [{ unit: SYRINGE, condition: 'accepted' }] }, { org: 'hospital-c' }],
    ];
    const state = ward(elsewhere).when(unitReceived, receipt()).afterwards();
    expect(state.units.get(SYRINGE)).toMatchObject({ receivedBy: 'hospital-c' });
    expect(state.units.get(example.partId(1, 2))).toMatchObject({ receivedBy: IDS.hospital });
  });

  it('stands in no slot of the box from which the bag came', () => {
    const { afterwards } = ward([], { ...underway, retrieved: false }).when(unitReconstituted, data, AT_WARD);
    const state = afterwards();
    expect(unitsInSlot(state, BOX)).toEqual([]);
    expect(state.units.get(SYRINGE)?.place?.value).toEqual({ site: IDS.lab });
  });
});
