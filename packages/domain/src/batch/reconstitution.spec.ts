import { describe, expect, it } from 'vitest';
import * as materials from '../material/index.ts';
import { folded, given } from '../specification.ts';
import * as example from './examples.ts';
import { aBatch, aUnit, IDS, surroundings } from './hospital-examples.ts';
import {
  type BatchState,
  batch,
  containerBalance,
  gateFor,
  held,
  opened,
  split,
  splitClosed,
  type Unit,
  unitInfused,
  unitInfusionEnded,
  unitInfusionStarted,
  unitReconstituted,
  unitSampled,
  unitThawed,
} from './index.ts';

const HOSPITAL = { actor: { org: IDS.hospital, person: 'nurse-0001' } };
const at = (clock: string) => ({ ...HOSPITAL, occurredAt: `2026-11-21T${clock}:00+08:00` });
const syringe = (k: number) => example.partId(1, k);
const data = (over: object = {}, syringes = 2) => example.unitReconstituted(1, syringes, { unit: IDS.unit, ...over });

type Past = NonNullable<Parameters<typeof given>[2]>;
const ward = (past: Past = [], unit: Partial<Unit> = {}, state: Partial<BatchState> = {}) =>
  given({ ...batch, initial: () => aBatch(state, aUnit(unit)) }, IDS.batch, past, surroundings());
const reconstituting = (over: object = {}, unit: Partial<Unit> = {}, syringes = 2) =>
  ward([], unit).when(unitReconstituted, data(over, syringes), at('15:00'));
const reader = {
  state: (aggregate: { name: string }, id: string) => surroundings().get(`${aggregate.name}-${id}`),
  states: (aggregate: { name: string }, ids: readonly string[]) =>
    new Map(ids.map((id) => [id, surroundings().get(`${aggregate.name}-${id}`)])),
} as never;
const gate = (state: BatchState, unit: string, clock: string, treatment: string = IDS.treatment) =>
  gateFor(state, unit, treatment, at(clock).occurredAt, reader).map(({ rule }) => rule.id);

describe('reconstituting a unit at the site', () => {
  it('draws it up into syringes, each a unit of its own that stands where the bag stood', () => {
    const done = reconstituting();
    expect(done).toMatchObject({ outcome: 'record', rules: [], warnings: [] });
    const state = done.afterwards();
    expect(state.units.get(IDS.unit)).toMatchObject({ end: 'consumed', consumedInto: null });
    expect(state.units.get(syringe(2))).toMatchObject({
      kind: 'syringe',
      parent: IDS.unit,
      part: 2,
      custodian: IDS.hospital,
      receivedBy: IDS.hospital,
      allocation: { treatment: IDS.treatment },
      authorisation: null,
      labelled: null,
      end: null,
      volume: { value: '10', unit: 'mL' },
    });
    expect(state.custody.get(IDS.hospital)).toBe(2);
  });

  it('opens the gate for a syringe as for its bag, and no more for the bag', () => {
    const state = reconstituting().afterwards();
    expect(gate(state, syringe(1), '15:05')).toEqual([]);
    expect(gate(state, syringe(1), '15:05', IDS.otherTreatment)).toContain('gate.allocated-elsewhere');
    expect(gate(state, IDS.unit, '15:05')).toEqual(['gate.drawn-into-syringes']);
  });

  it('shuts it when the reconstituted product is too old, for syringes as for a bag that was only diluted', () => {
    const expiry = '2026-11-21T15:30:00+08:00';
    expect(gate(reconstituting({ expiry }).afterwards(), syringe(1), '15:29')).toEqual([]);
    expect(gate(reconstituting({ expiry }).afterwards(), syringe(1), '15:30')).toEqual(['gate.reconstitution-expired']);
    const diluted = reconstituting({ expiry }, {}, 0).afterwards();
    expect(diluted.units.get(IDS.unit)?.end).toBeNull();
    expect(gate(diluted, IDS.unit, '15:29')).toEqual([]);
    expect(gate(diluted, IDS.unit, '15:31')).toEqual(['gate.reconstitution-expired']);
    const given = ward([[unitReconstituted, data({ expiry }, 0), at('15:00')]]).when(
      unitInfused,
      { unit: IDS.unit, treatment: IDS.treatment },
      at('15:31'),
    );
    expect(given.rules).toEqual(['infusion.without-authorisation', 'gate.reconstitution-expired']);
  });

  it('keeps the clock of the thaw running, also of one that is entered after the drawing', () => {
    const state = reconstituting({ expiry: '2026-11-22T15:00:00+08:00' }).afterwards();
    expect(gate(state, syringe(1), '16:50')).toEqual(['gate.thaw-too-long']);
    const late = ward(
      [
        [unitReconstituted, data({ expiry: '2026-11-22T15:00:00+08:00' }), at('15:00')],
        [unitThawed, example.unitThawed({ scope: { units: [IDS.unit] } }), { occurredAt: at('14:05').occurredAt }],
      ],
      { thawed: null, cryopreserved: false },
    ).when(held, { scope: { units: [IDS.unit] }, reason: 'deviation' }, at('16:00'));
    // What stands against the bag stands against its syringes.
    expect(gate(late.afterwards(), syringe(1), '16:20')).toEqual(['gate.held', 'gate.thaw-too-long']);
  });

  it('holds for syringes that are given at two times, each for itself', () => {
    const past: Past = [
      [unitReconstituted, data(), at('15:00')],
      [unitInfusionStarted, { unit: syringe(1), treatment: IDS.treatment }, at('15:05')],
      [unitInfusionEnded, { unit: syringe(1), treatment: IDS.treatment, reason: 'completed' }, at('15:10')],
    ];
    const second = ward(past).when(
      unitInfused,
      { unit: syringe(2), treatment: IDS.treatment, start: at('16:00').occurredAt },
      at('16:00'),
    );
    // Each syringe is checked and authorised by itself.
    expect(second.rules).toEqual(['infusion.without-authorisation']);
    const { units } = second.afterwards();
    expect([1, 2].map((k) => units.get(syringe(k))?.infusion?.occurredAt)).toEqual([
      at('15:05').occurredAt,
      at('16:00').occurredAt,
    ]);
    expect(containerBalance(second.afterwards())).toMatchObject({ made: 3, infused: 2, consumed: 1, onHand: 0, unaccounted: 0 });
  });

  it('leaves no bag to be given: what is said of it is kept until the syringe is named', () => {
    const done = ward([[unitReconstituted, data(), at('15:00')]]).when(
      unitInfused,
      { unit: IDS.unit, treatment: IDS.treatment },
      at('15:10'),
    );
    expect(done).toMatchObject({ outcome: 'unreconciled', rules: ['infusion.unit-drawn-into-syringes'] });
    expect(done.decision.violations[0]?.params).toMatchObject({ count: 2 });
  });

  it('happens once, in time, by who has the unit, with a diluent and an expiry', () => {
    const twice = ward([[unitReconstituted, data({}, 0), at('14:50')]]).when(unitReconstituted, data(), at('15:00'));
    expect(twice.rules).toEqual(['reconstitution.done-before']);
    expect(reconstituting({}, { custodian: IDS.lab }).rules).toEqual(['reconstitution.not-custodian']);
    expect(reconstituting({ diluents: [] }).rules).toEqual(['reconstitution.diluent-missing']);
    expect(reconstituting({ expiry: undefined }).rules).toEqual(['reconstitution.expiry-missing']);
    expect(reconstituting({}, { thawed: null }).warnings).toEqual(['reconstitution.not-thawed']);
    const old = [{ name: 'NaCl', lot: 'N1', expiry: '2026-11-20' }];
    expect(reconstituting({ diluents: old }).rules).toEqual(['batch.material-expired']);
  });

  it('with a lot that was recalled is a finding, and its syringes remember the lot', () => {
    const { SERUM, received, recalled } = materials.examples;
    const lot = folded(materials.material, SERUM, [
      [materials.received, received(), { org: IDS.hospital }],
      [materials.released, materials.examples.released(), { org: IDS.hospital }],
      [materials.recalled, recalled(), { org: IDS.hospital }],
    ]);
    const known = surroundings({ [`material-${SERUM}`]: lot });
    const done = given({ ...batch, initial: () => aBatch({}, aUnit()) }, IDS.batch, [], known).when(
      unitReconstituted,
      data({ diluents: [{ name: 'NaCl', lot: 'N1', material: SERUM }] }),
      at('15:00'),
    );
    expect(done).toMatchObject({ outcome: 'record', rules: ['material.used-recalled'] });
    expect(done.afterwards().units.get(syringe(1))?.diluentLots).toEqual([SERUM]);
  });

  it('of a unit that had ended is a finding, of one that is not known cannot be applied', () => {
    expect(reconstituting({}, { end: 'discarded', endedAt: '2026-11-21T14:00:00+08:00' }).rules).toEqual(['batch.parent-ended']);
    const infusion = { event: 'e', treatment: IDS.treatment, occurredAt: '2026-11-21T14:50:00+08:00' };
    const begun = { end: 'infused' as const, endedAt: infusion.occurredAt, infusion };
    expect(reconstituting({}, begun).rules).toEqual(['reconstitution.infusion-started']);
    expect(reconstituting({}, begun).afterwards().units.get(IDS.unit)?.end).toBe('infused');
    expect(reconstituting({ unit: IDS.otherUnit })).toMatchObject({ outcome: 'unreconciled', rules: ['batch.unit-unknown'] });
  });

  it('draws no more than there is, and no unit that there is already', () => {
    expect(reconstituting({ volume: { value: '15', unit: 'mL', what: 'volume' } }).rules).toEqual([
      'reconstitution.volume-exceeded',
    ]);
    expect(reconstituting({ remainder: { value: '1', unit: 'mL', what: 'volume' } }).rules).toEqual([
      'reconstitution.volume-exceeded',
    ]);
    const known = reconstituting({ syringes: [{ id: IDS.unit, number: 1 }] });
    expect(known).toMatchObject({ outcome: 'unreconciled', rules: ['batch.unit-known'] });
    expect(() =>
      reconstituting({
        syringes: [
          { id: syringe(1), number: 1 },
          { id: syringe(2), number: 1 },
        ],
      }),
    ).toThrow(/once/);
  });
});

describe('parts of units', () => {
  it('do not upset what the closing of the split said, and take no number away', () => {
    const past: Past = [
      [opened, example.opened()],
      [split, example.split(3)],
      [splitClosed, example.splitClosed(3)],
      [unitReconstituted, example.unitReconstituted(1, 2)],
    ];
    const lab = given(batch, example.BATCH, past);
    const closing = lab.when(splitClosed, example.splitClosed(3));
    expect(closing.rules).toEqual([]);
    expect(containerBalance(closing.afterwards())).toMatchObject({ made: 5, onHand: 4, consumed: 1, unaccounted: 0 });
    const late = given(batch, example.BATCH, [past[0]!, past[1]!, past[3]!]).when(split, { units: [example.unitMade(4)] });
    expect(late.outcome).toBe('record');
  });

  it('balance where a segment is detached for testing', () => {
    const segment = { kind: 'segment', parent: example.unitId(1) };
    const past: Past = [
      [opened, example.opened()],
      [split, { units: [example.unitMade(1), example.unitMade(2, segment), example.unitMade(3, segment)] }],
      [splitClosed, example.splitClosed(3)],
      [unitSampled, example.unitSampled({ unit: example.unitId(2) })],
      [unitReconstituted, example.unitReconstituted(1, 2)],
    ];
    const done = given(batch, example.BATCH, past).when(unitInfused, { unit: example.partId(1, 1), treatment: IDS.treatment });
    expect(containerBalance(done.afterwards())).toEqual({
      ...{ made: 5, onHand: 2, inTransit: 0, infused: 1, sampled: 1, consumed: 1, discarded: 0, unaccounted: 0 },
    });
  });
});
