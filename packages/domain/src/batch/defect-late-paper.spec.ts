// A departure or a receipt that was copied from paper after the infusion was held against a bag that "is infused already": a critical deviation for
// every form of yesterday. And a step copied late closed the deviation of the one that waited for it only where the two were not of the same minute,
// or, where the paper names the day, of the same day.
import { describe, expect, it } from 'vitest';
import { folded, given } from '../specification.ts';
import * as example from './examples.ts';
import { aBatch, aUnit, IDS } from './hospital-examples.ts';
import { batch, deviationRaised, isolated, opened, passaged, unitReceived, unitShipped } from './index.ts';
import { batchRules } from './rules.ts';

const infused = aUnit({
  ...{ end: 'infused', endedAt: '2026-11-21T15:00:00+08:00', travelled: new Set() },
  infusion: { event: 'e', treatment: IDS.treatment, occurredAt: '2026-11-21T15:00:00+08:00' },
});
const bag = given({ ...batch, initial: () => aBatch({}, infused) }, IDS.batch);
const shipped = { shipment: IDS.shipment, from: IDS.lab, to: IDS.hospital, custodian: IDS.lab, units: [IDS.unit] };
const received = { to: IDS.hospital, shipment: IDS.shipment, units: [{ unit: IDS.unit, condition: 'accepted' }] };

describe('the way of a bag that is entered after its infusion', () => {
  it('is no finding where it came before', () => {
    const early = { occurredAt: '2026-11-21T09:00:00+08:00' };
    expect(bag.when(unitShipped, shipped, early)).toMatchObject({ outcome: 'record', rules: [] });
    expect(bag.when(unitReceived, received, early)).toMatchObject({ outcome: 'record', rules: [] });
  });

  it('is one where it came after, or nobody knows when', () => {
    for (const occurredAt of ['2026-11-21T16:00:00+08:00', null]) {
      expect(bag.when(unitShipped, shipped, { occurredAt }).rules).toEqual(['hospital.unit-ended']);
      expect(bag.when(unitReceived, received, { occurredAt }).rules).toEqual(['hospital.unit-ended']);
    }
  });

  it('is remembered: what happened on it happened to what was given', () => {
    const state = given({ ...batch, initial: () => aBatch({}, infused) }, IDS.batch)
      .when(unitShipped, shipped)
      .afterwards();
    expect([...state.units.get(IDS.unit)!.travelled]).toEqual([IDS.shipment]);
    expect(state.units.get(IDS.unit)).toMatchObject({ inTransit: false, end: 'infused' });
  });
});

describe('a step that is entered late', () => {
  const DAY = { occurredAt: '2026-11-20T00:00:00+08:00' };
  const WAITING = { id: '0192f5c4-0000-7000-9000-0000000000aa' };
  const closed = (occurredAt: string | null) => {
    const state = folded(batch, example.BATCH, [
      [opened, example.opened()],
      [passaged, example.passaged(), { ...DAY, ...WAITING }],
      [deviationRaised, { deviation: example.SAMPLE, rule: batchRules.stepMissing.id, class: 'minor', event: WAITING.id }],
      [isolated, example.isolated(), { occurredAt }],
    ]);
    return state.deviations.get(example.SAMPLE)?.closed !== null;
  };

  it('closes the deviation of the step that waited for it, on the same day too', () => {
    expect(closed('2026-11-19T00:00:00+08:00')).toBe(true);
    expect(closed(DAY.occurredAt)).toBe(true);
  });

  it('closes nothing by itself, nor by another of its kind on the same day', () => {
    const state = folded(batch, example.BATCH, [
      [opened, example.opened()],
      [passaged, example.passaged(), { ...DAY, ...WAITING }],
      [deviationRaised, { deviation: example.SAMPLE, rule: batchRules.stepMissing.id, class: 'minor', event: WAITING.id }],
      [passaged, example.passaged(), DAY],
    ]);
    expect(state.deviations.get(example.SAMPLE)).toMatchObject({ closed: null });
  });

  it('closes it neither where it came later nor where its time is not known', () => {
    expect(closed('2026-11-21T00:00:00+08:00')).toBe(false);
    expect(closed(null)).toBe(false);
  });
});
