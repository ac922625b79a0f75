import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consentWithdrawn } from './consent-withdrawn.ts';
import { actionsOver, told } from './following.ts';
import type { Seen } from './policy.ts';
import {
  batchId,
  consented,
  consumed,
  discarded,
  infused,
  origins,
  received,
  registered,
  returned,
  shipped,
  split,
  unitId,
  withdrawn,
} from './sightings.ts';

const holds = (...log: Seen[]) =>
  [...actionsOver(consentWithdrawn, log).values()].map(({ type, target, data }) => ({ type, target, scope: data['scope'] }));
const held = (batch: number, ...units: number[]) => ({
  type: 'batch.held.v1',
  target: batchId(batch),
  scope: units.length === 0 ? 'whole-batch' : { units: units.map(unitId) },
});
const opened = [registered(1, 'donor-0001'), origins(1, [1])];

describe('a withdrawn consent', () => {
  it('holds what descends from the donor, whether it was opened before or after', () => {
    expect(holds(...opened, withdrawn('donor-0001'))).toEqual([held(1)]);
    expect(holds(withdrawn('donor-0001'), ...opened)).toEqual([held(1)]);
  });

  it('leaves alone what was distributed, and holds the rest with what is made of it later', () => {
    const log = [...opened, split(1, 1, 2, 3), shipped(1, 2), withdrawn('donor-0001'), split(1, 4)];
    expect(holds(...log)).toEqual([held(1, 1, 3), held(1, 4)]);
  });

  it('holds a unit that comes back from an opening that was abandoned', () => {
    const log = [...opened, split(1, 1, 2), consumed(1, 1), withdrawn('donor-0001'), returned(1, 1)];
    expect(holds(...log)).toEqual([held(1, 2), held(1, 1)]);
  });

  it('that held a batch whole asks for no more when people let it go', () => {
    expect(holds(...opened, split(1, 1), withdrawn('donor-0001'), shipped(1, 1), split(1, 2))).toEqual([held(1)]);
  });

  it('knows what left by its number, by its id and by its receipt', () => {
    const gone = [shipped(1, 1), received(1, 2), discarded(1, 3, 4), infused(1, 5, 1)];
    expect(holds(...opened, split(1, 1, 2, 3, 4, 5, 6), ...gone, withdrawn('donor-0001'))).toEqual([held(1, 6)]);
  });

  it('asks for nothing where everything was distributed', () => {
    expect(holds(...opened, split(1, 1), shipped(1, 1), withdrawn('donor-0001'))).toEqual([]);
  });

  it('never quarantines and never lists a recipient', () => {
    const actions = actionsOver(consentWithdrawn, [...opened, split(1, 1, 2), infused(1, 1, 1), withdrawn('donor-0001')]);
    expect(told(actions)).toEqual([`batch.held.v1 ${batchId(1)}`]);
  });

  it('holds nothing where the form says so, or where only contact or data are concerned', () => {
    expect(holds(...opened, withdrawn('donor-0001', { effect: 'none-on-material' }))).toEqual([]);
    expect(holds(...opened, withdrawn('donor-0001', { purposes: ['contact', 'data'] }))).toEqual([]);
  });

  it('of the mother holds what descends from the newborn', () => {
    expect(holds(registered(1, 'child-0001', { birthMother: 'mother-0001' }), origins(1, [1]), withdrawn('mother-0001'))).toEqual(
      [held(1)],
    );
  });

  it('is not held against what is opened after the donor consented again', () => {
    expect(holds(...opened, withdrawn('donor-0001'), consented('donor-0001'), origins(2, [1]))).toEqual([held(1)]);
  });

  it('gives the same actions for every interleaving of the cause and the openings, restarts included', () => {
    const log = [
      registered(1, 'donor-0001'),
      registered(2, 'donor-0002'),
      origins(1, [1]),
      origins(2, [1, 2], [1]),
      withdrawn('donor-0001'),
      withdrawn('donor-0002', { purposes: ['research'] }),
    ];
    const expected = actionsOver(consentWithdrawn, log);
    fc.assert(
      fc.property(fc.shuffledSubarray(log, { minLength: log.length }), fc.nat(log.length), (shuffled, restartAt) => {
        const actions = actionsOver(consentWithdrawn, shuffled, { restartAt });
        expect([...actions.keys()].sort()).toEqual([...expected.keys()].sort());
        for (const [key, action] of expected) expect(actions.get(key)).toEqual(action);
      }),
    );
  });
});
