import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { donorIneligible } from './donor-ineligible.ts';
import { actionsOver, told } from './following.ts';
import type { Seen } from './policy.ts';
import {
  batchId,
  determined,
  infused,
  infusionRecorded,
  linked,
  linkNoted,
  origins,
  registered,
  treatmentId,
  unlinked,
} from './sightings.ts';

const quarantine = (batch: number) => `batch.quarantined.v1 ${batchId(batch)}`;
const exposure = (treatment: number) => `treatment.deviation-raised.v1 ${treatmentId(treatment)}`;
const over = (...log: Seen[]) => told(actionsOver(donorIneligible, log));
const ineligible = determined('donor-0001', 'ineligible');

/** Donors 1 and 2; 1 → master 1 → working 2 → pool 3 (with 2); 2 → batch 4. */
const family = [
  registered(1, 'donor-0001'),
  registered(2, 'donor-0002'),
  origins(1, [1]),
  origins(2, [1], [1]),
  origins(3, [1, 2], [1, 2]),
  origins(4, [2]),
];
const infusions = [infused(3, 1, 1), infused(3, 2, 1), infused(2, 3, 2), infused(4, 4, 3)];

describe('a donor found ineligible', () => {
  it('quarantines every descendant, pools included, and names every recipient once', () => {
    expect(over(...family, ...infusions, ineligible)).toEqual([
      quarantine(1),
      quarantine(2),
      quarantine(3),
      exposure(1),
      exposure(2),
    ]);
  });

  it('names a recipient of whom the batch knows nothing, since another patient had been given of the same bag', () => {
    const both = [infused(1, 1, 1), infusionRecorded(1, 1, 2)];
    for (const log of [
      [...family.slice(0, 3), ...both, ineligible],
      [ineligible, ...family.slice(0, 3), ...both],
    ])
      expect(over(...log)).toEqual([quarantine(1), exposure(1), exposure(2)]);
  });

  it('says which determination is the cause, whichever came second', () => {
    for (const log of [
      [...family, ...infusions, ineligible],
      [ineligible, ...family, ...infusions],
    ]) {
      for (const { cause, data } of actionsOver(donorIneligible, log).values()) {
        expect(cause.id).toBe(ineligible.id);
        expect([data['cause'], data['event']]).toContain(ineligible.id);
      }
    }
  });

  it('leaves autologous material usable', () => {
    expect(over(registered(1, 'donor-0001', { kind: 'autologous' }), origins(1, [1]), infused(1, 1, 1), ineligible)).toEqual([]);
  });

  it('may be the mother of a newborn donor', () => {
    expect(over(registered(1, 'child-0001', { birthMother: 'donor-0001' }), origins(1, [1]), ineligible)).toEqual([
      quarantine(1),
    ]);
  });

  it('is quarantined for again when found ineligible a second time', () => {
    const again = determined('donor-0001', 'ineligible', 2);
    const actions = actionsOver(donorIneligible, [...family, ineligible, again]);
    expect([...actions.values()].filter(({ target }) => target === batchId(1)).map(({ cause }) => cause.id)).toEqual([
      ineligible.id,
      again.id,
    ]);
  });

  it('and then eligible again lifts nothing, and is not held against what is opened afterwards', () => {
    const eligible = determined('donor-0001', 'eligible');
    expect(over(registered(1, 'donor-0001'), origins(1, [1]), ineligible, eligible, origins(2, [1], [1]))).toEqual([
      quarantine(1),
    ]);
  });

  it('gives the same actions for every interleaving of the cause and the openings, restarts included', () => {
    const log = [...family, ...infusions, ineligible, determined('donor-0002', 'ineligible')];
    const expected = actionsOver(donorIneligible, log);
    fc.assert(
      fc.property(fc.shuffledSubarray(log, { minLength: log.length }), fc.nat(log.length), (shuffled, restartAt) => {
        const actions = actionsOver(donorIneligible, shuffled, { restartAt });
        expect(told(actions)).toEqual(told(expected));
        for (const [key, action] of expected) expect(actions.get(key)).toEqual(action);
      }),
    );
  });
});

describe('a donor with two pseudonyms', () => {
  const two = [registered(1, 'donor-0001'), registered(2, 'donor-0002'), origins(1, [1]), origins(2, [2]), infused(2, 1, 1)];
  const link = [linkNoted('donor-0002', 'donor-0001'), linked('donor-0001', 'donor-0002')];
  const all = [quarantine(1), quarantine(2), exposure(1)];

  it('is ineligible under both, whether the link, the determination or the opening came last', () => {
    expect(over(...two, ...link, ineligible)).toEqual(all);
    expect(over(...two, ineligible, ...link)).toEqual(all);
    expect(over(...link, ineligible, ...two)).toEqual(all);
  });

  it('is two persons before the link, and after it was undone, from either end', () => {
    expect(over(...two, ineligible)).toEqual([quarantine(1)]);
    expect(over(...two, ...link, unlinked('donor-0001'), ineligible)).toEqual([quarantine(1)]);
    expect(over(...two, ...link, linkNoted('donor-0001', 'donor-0002', 1, false), unlinked('donor-0002'), ineligible)).toEqual([
      quarantine(1),
    ]);
  });

  it('stays quarantined for when the link is undone afterwards: only people lift', () => {
    expect(over(...two, ineligible, ...link, unlinked('donor-0001'))).toEqual(all);
  });

  it('may have three', () => {
    const third = [registered(3, 'donor-0003'), origins(3, [3]), linked('donor-0002', 'donor-0003', 2)];
    expect(over(...two, ...link, ...third, ineligible)).toEqual([...all.slice(0, 2), quarantine(3), ...all.slice(2)]);
  });

  it('gives the same for every interleaving, restarts included', () => {
    const log = [...two, ...link, ineligible];
    const expected = actionsOver(donorIneligible, log);
    fc.assert(
      fc.property(fc.shuffledSubarray(log, { minLength: log.length }), fc.nat(log.length), (shuffled, restartAt) => {
        const actions = actionsOver(donorIneligible, shuffled, { restartAt });
        for (const [key, action] of expected) expect(actions.get(key)).toEqual(action);
        expect(actions.size).toBe(expected.size);
      }),
    );
  });
});
