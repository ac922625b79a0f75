import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consentWithdrawn } from './consent-withdrawn.ts';
import { actionsOver, told } from './following.ts';
import type { Seen } from './policy.ts';
import {
  held as batchHeld,
  batchId,
  consented,
  consumed,
  decided,
  discarded,
  infused,
  linked,
  linkNoted,
  origins,
  received,
  registered,
  returned,
  shipped,
  split,
  unitId,
  unlinked,
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

describe('a donor with two pseudonyms', () => {
  const two = [registered(1, 'donor-0001'), registered(2, 'donor-0002'), origins(1, [1]), origins(2, [2])];
  const link = [linkNoted('donor-0002', 'donor-0001'), linked('donor-0001', 'donor-0002')];
  const withdrawal = withdrawn('donor-0001');
  const laid = batchHeld(2, withdrawal.id);
  const undone = unlinked('donor-0001');
  const lifts = (...log: Seen[]) =>
    [...actionsOver(consentWithdrawn, log).values()]
      .filter(({ type }) => type === 'batch.hold-lifted.v1')
      .map(({ target, data, cause }) => [target, data['restriction'], data['reason'], cause.id]);

  it('withdraws under both, whether the link, the withdrawal or the opening came last', () => {
    expect(holds(...two, ...link, withdrawal)).toEqual([held(1), held(2)]);
    expect(holds(...two, withdrawal, ...link)).toEqual([held(1), held(2)]);
    expect(holds(...link, withdrawal, ...two)).toEqual([held(1), held(2)]);
  });

  it('may have three', () => {
    const third = [registered(3, 'donor-0003'), origins(3, [3]), linked('donor-0002', 'donor-0003', 2)];
    expect(holds(...two, ...link, ...third, withdrawal)).toEqual([held(1), held(2), held(3)]);
  });

  it('is two persons before the link and after it was undone, from either end', () => {
    expect(holds(...two, withdrawal)).toEqual([held(1)]);
    expect(holds(...two, ...link, undone, withdrawal)).toEqual([held(1)]);
    expect(holds(...two, ...link, linkNoted('donor-0001', 'donor-0002', 1, false), unlinked('donor-0002'), withdrawal)).toEqual([
      held(1),
    ]);
  });

  it('has what the link alone held lifted when two people undo it, whichever is recorded first', () => {
    const lifted = [[batchId(2), laid.id, 'raised-in-error', undone.id]];
    expect(lifts(...two, ...link, withdrawal, batchHeld(1, withdrawal.id), laid, undone)).toEqual(lifted);
    expect(lifts(...two, ...link, withdrawal, undone, laid)).toEqual(lifted);
  });

  it('stays held where another link or a donation of their own leads to the batch', () => {
    const again = linked('donor-0002', 'donor-0001', 2);
    expect(lifts(...two, ...link, again, withdrawal, laid, undone)).toEqual([]);
    expect(lifts(...two, origins(2, [1]), ...link, withdrawal, laid, undone)).toEqual([]);
  });

  it('holds again, under an entry of its own, when they are linked once more', () => {
    const again = linked('donor-0001', 'donor-0002', 2);
    const actions = [...actionsOver(consentWithdrawn, [...two, ...link, withdrawal, laid, undone, again]).values()];
    expect(actions.at(-1)).toMatchObject({
      ...{ type: 'batch.held.v1', target: batchId(2), cause: { id: again.id } },
      data: { scope: 'whole-batch', cause: withdrawal.id },
    });
  });

  it('holds what a later split makes no more once the link is undone', () => {
    const shippedPart = [split(2, 1, 2), shipped(2, 1)];
    expect(holds(...two, ...shippedPart, ...link, withdrawal, split(2, 3))).toEqual([held(1), held(2, 2), held(2, 3)]);
    expect(holds(...two, ...shippedPart, ...link, withdrawal, undone, split(2, 3))).toEqual([held(1), held(2, 2)]);
  });

  it('holds nothing again that people have decided to keep', () => {
    const keep = decided('donor-0001', withdrawal.id, 2, 'keep');
    expect(holds(...two, withdrawal, keep, ...link)).toEqual([held(1)]);
  });

  it('gives the same for every interleaving, restarts included', () => {
    const log = [...two, ...link, withdrawal];
    const expected = actionsOver(consentWithdrawn, log);
    fc.assert(
      fc.property(fc.shuffledSubarray(log, { minLength: log.length }), fc.nat(log.length), (shuffled, restartAt) => {
        const actions = actionsOver(consentWithdrawn, shuffled, { restartAt });
        for (const [key, action] of expected) expect(actions.get(key)).toEqual(action);
        expect(actions.size).toBe(expected.size);
      }),
    );
  });
});
