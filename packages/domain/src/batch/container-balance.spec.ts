import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folded } from '../specification.ts';
import * as example from './examples.ts';
import {
  batch,
  containerBalance,
  opened,
  split,
  splitClosed,
  unitConsumed,
  unitCryopreserved,
  unitLabelled,
  unitMoved,
  unitRetrieved,
  unitReturnedToStock,
  unitSampled,
  unitStored,
  unitThawed,
} from './index.ts';

type Past = Parameters<typeof folded>[2];

/** Ten units can be made; facts also speak of some that never were. */
const n = fc.integer({ min: 1, max: 12 });
const one = (unit: number) => ({ scope: { units: [example.unitId(unit)] } });
const sampleId = (i: number) => `0192f5c4-0000-7000-8000-00000003${i.toString(16).padStart(4, '0')}`;
const BATCHES = [example.SOURCE_BATCH, example.STUDY] as const;

/** What a model of the laboratory does with the same facts: where each unit ended, the first end counts. */
type Model = { readonly made: Set<number>; readonly ended: Map<number, string> };
type Step = { readonly past: Past[number]; readonly on: (model: Model) => void };

const end = (unit: number, how: string) => (model: Model) => {
  if (model.made.has(unit) && !model.ended.has(unit)) model.ended.set(unit, how);
};
const nothing = () => undefined;

const step = fc.oneof(
  fc.integer({ min: 1, max: 10 }).map(
    (unit): Step => ({
      past: [split, { units: [example.unitMade(unit)] }],
      on: ({ made }) => made.add(unit),
    }),
  ),
  fc.tuple(n, fc.constantFrom(...BATCHES)).map(
    ([unit, into]): Step => ({
      past: [unitConsumed, { unit: example.unitId(unit), into }],
      on: end(unit, `consumed ${into}`),
    }),
  ),
  fc.tuple(n, fc.constantFrom(...BATCHES)).map(
    ([unit, into]): Step => ({
      past: [unitReturnedToStock, { unit: example.unitId(unit), into }],
      on: ({ ended }) => {
        if (ended.get(unit) === `consumed ${into}`) ended.delete(unit);
      },
    }),
  ),
  fc.tuple(n, fc.integer({ min: 0, max: 9999 })).map(
    ([unit, sample]): Step => ({
      past: [unitSampled, example.unitSampled({ unit: example.unitId(unit), sample: sampleId(sample) })],
      on: end(unit, 'sampled'),
    }),
  ),
  n.map((unit): Step => ({ past: [unitStored, example.unitStored(one(unit))], on: nothing })),
  n.map((unit): Step => ({ past: [unitMoved, example.unitMoved(one(unit))], on: nothing })),
  n.map((unit): Step => ({ past: [unitRetrieved, example.unitRetrieved(one(unit))], on: nothing })),
  n.map((unit): Step => ({ past: [unitThawed, example.unitThawed(one(unit))], on: nothing })),
  n.map((unit): Step => ({ past: [unitLabelled, example.unitLabelled(1, { labels: [example.label(unit)] })], on: nothing })),
  n.map((unit): Step => ({ past: [unitCryopreserved, example.unitCryopreserved(one(unit))], on: nothing })),
);

describe('containers', () => {
  it('balance after whatever the laboratory recorded, and lie where a simple count says', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.option(fc.integer({ min: 0, max: 12 })), (steps, closed) => {
        const model: Model = { made: new Set(), ended: new Map() };
        for (const { on } of steps) on(model);
        const past: Past = [
          [opened, example.opened()],
          ...steps.map((each) => each.past),
          ...(closed === null ? [] : ([[splitClosed, example.splitClosed(closed)]] as const)),
        ];
        const { made, unaccounted, ...places } = containerBalance(folded(batch, example.BATCH, past));
        expect(made).toBe(Object.values(places).reduce((sum, count) => sum + count, 0) + unaccounted);
        const ended = [...model.ended.values()];
        expect(places).toEqual({
          onHand: model.made.size - ended.length,
          inTransit: 0,
          infused: 0,
          sampled: ended.filter((how) => how === 'sampled').length,
          consumed: ended.filter((how) => how.startsWith('consumed')).length,
          discarded: 0,
        });
        expect(unaccounted).toBe((closed ?? model.made.size) - model.made.size);
      }),
    );
  });

  it('that were made and never recorded are unaccounted for', () => {
    const past: Past = [
      [opened, example.opened()],
      [split, example.split(3)],
      [splitClosed, example.splitClosed(5)],
    ];
    expect(containerBalance(folded(batch, example.BATCH, past))).toMatchObject({ made: 5, onHand: 3, unaccounted: 2 });
  });

  it('on the way are not on hand, and what has ended is nowhere else', () => {
    const state = folded(batch, example.BATCH, [
      [opened, example.opened()],
      [split, example.split(3)],
    ]);
    Object.assign(state.units.get(example.unitId(1))!, { inTransit: true });
    Object.assign(state.units.get(example.unitId(2))!, { inTransit: true, end: 'discarded' });
    expect(containerBalance(state)).toMatchObject({ made: 3, onHand: 1, inTransit: 1, discarded: 1, unaccounted: 0 });
  });
});
