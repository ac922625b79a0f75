// A syringe was a unit of its own from the moment of drawing, with a copy of what its bag was then. A bag of which one patient had been given could be
// drawn up and the syringe given to another; a bag that was thrown away came back as syringes; and what was learned of the bag after the drawing, that
// it leaked, arrived rejected or travelled warm, never reached its syringes.
import { describe, expect, it } from 'vitest';
import { given } from '../specification.ts';
import * as example from './examples.ts';
import { aBatch, aShipment, aTreatment, aUnit, IDS, surroundings } from './hospital-examples.ts';
import {
  type BatchState,
  batch,
  gateFor,
  type Unit,
  unitAllocated,
  unitDamaged,
  unitDiscarded,
  unitInfusionEnded,
  unitInfusionStarted,
  unitReceived,
  unitReconstituted,
} from './index.ts';

const HOSPITAL = { actor: { org: IDS.hospital, person: 'nurse-0001' }, org: IDS.hospital };
const at = (clock: string) => ({ ...HOSPITAL, occurredAt: `2026-11-21T${clock}:00+08:00` });
const SYRINGE = example.partId(1, 1);
const drawn = [unitReconstituted, example.unitReconstituted(1, 1, { unit: IDS.unit }), at('15:00')] as const;
const OTHER_PATIENT = 'patient-0002';
const world = (over: Record<string, unknown> = {}) =>
  surroundings({
    [`treatment-${IDS.otherTreatment}`]: { ...aTreatment({ patient: OTHER_PATIENT }), id: IDS.otherTreatment },
    ...over,
  });

type Past = NonNullable<Parameters<typeof given>[2]>;
const ward = (past: Past, unit: Partial<Unit> = {}) =>
  given({ ...batch, initial: () => aBatch({}, aUnit(unit)) }, IDS.batch, past, world());
const gate = (state: BatchState, clock: string, treatment: string = IDS.treatment, others = world()) =>
  gateFor(state, SYRINGE, treatment, at(clock).occurredAt, {
    state: (aggregate, id) => others.get(`${aggregate.name}-${id}`) as never,
    states: (aggregate, ids) => new Map(ids.map((id) => [id, others.get(`${aggregate.name}-${id}`) as never])),
  }).map(({ rule }) => rule.id);
const receipt = (condition: string) => ({
  to: IDS.hospital,
  shipment: IDS.shipment,
  units: [{ unit: IDS.unit, condition, found: ['leaking'] }],
});

describe('what is drawn from a bag', () => {
  it('is given to nobody when somebody was given of the bag before', () => {
    const begun: Past = [
      [unitInfusionStarted, { unit: IDS.unit, treatment: IDS.treatment }, at('14:50')],
      [unitInfusionEnded, { unit: IDS.unit, treatment: IDS.treatment, reason: 'adverse-reaction', fraction: '40' }, at('14:55')],
    ];
    const other = { unit: SYRINGE, treatment: IDS.otherTreatment, patient: OTHER_PATIENT, site: IDS.hospital };
    // Said to be back, the bag's allocation binds nobody any more.
    const allocated = ward([...begun, drawn, [unitAllocated, other, at('15:01')]]);
    const state = allocated.when(unitDamaged, example.unitDamaged({ units: [IDS.unit] }), at('15:02')).afterwards();
    expect(gate(state, '15:05', IDS.otherTreatment)).toContain('gate.whole-started');
    expect(
      gate(
        ward(begun)
          .when(...drawn)
          .afterwards(),
        '15:05',
      ),
    ).toEqual(['gate.whole-started']);
  });

  it('is not given when the bag had been thrown away, and is when the empty bag was thrown away after', () => {
    const discarded = (clock: string): Past[number] => [
      unitDiscarded,
      { scope: { units: [IDS.unit] }, reason: 'expired', method: 'incinerated', witness: 'staff-0002' },
      at(clock),
    ];
    expect(
      gate(
        ward([discarded('14:50')])
          .when(...drawn)
          .afterwards(),
        '15:05',
      ),
    ).toEqual(['gate.whole-ended']);
    expect(
      gate(
        ward([discarded('15:02')])
          .when(...drawn)
          .afterwards(),
        '15:05',
      ),
    ).toEqual([]);
    expect(
      gate(
        ward([drawn])
          .when(...discarded('15:02'))
          .afterwards(),
        '15:05',
      ),
    ).toEqual([]);
  });

  it('is quarantined with a bag that is found damaged after the drawing', () => {
    const state = ward([drawn])
      .when(unitDamaged, example.unitDamaged({ units: [IDS.unit] }), at('15:02'))
      .afterwards();
    expect(gate(state, '15:05')).toEqual(['gate.quarantined']);
  });

  it('arrived as its bag arrived, whenever that is entered', () => {
    const late = ward([drawn]).when(unitReceived, receipt('rejected'), at('14:59')).afterwards();
    expect(gate(late, '15:05')).toEqual(['gate.condition-not-accepted']);
    const open = { condition: { value: 'to-be-assessed' as const, at: 0, seq: 0, event: 'e' } };
    expect(
      gate(
        ward([], open)
          .when(...drawn)
          .afterwards(),
        '15:05',
      ),
    ).toEqual(['gate.condition-not-accepted']);
    expect(gate(ward([drawn], open).when(unitReceived, receipt('accepted'), at('15:02')).afterwards(), '15:05')).toEqual([]);
  });

  it('travelled as its bag travelled, whenever that is entered', () => {
    const cold = { lastShipment: null, travelled: new Set<string>() };
    const state = ward([drawn], cold).when(unitReceived, receipt('accepted'), at('14:40')).afterwards();
    const excursion = {
      id: 'x',
      event: 'e',
      beyondLimit: true,
      minutesOutside: 30,
      minimum: '-140',
      maximum: '-120',
      assessed: null,
    };
    const warm = world({ [`shipment-${IDS.shipment}`]: aShipment({ excursions: new Map([['x', excursion]]) }) });
    expect(gate(state, '15:05', IDS.treatment, warm)).toContain('gate.excursion-open');
  });
});
