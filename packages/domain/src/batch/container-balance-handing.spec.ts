import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folded } from '../specification.ts';
import * as example from './examples.ts';
import { IDS } from './hospital-examples.ts';
import {
  batch,
  containerBalance,
  opened,
  split,
  splitClosed,
  unitConsumed,
  unitDamaged,
  unitDiscarded,
  unitInfused,
  unitInfusionEnded,
  unitInfusionInterrupted,
  unitInfusionStarted,
  unitReceived,
  unitReconstituted,
  unitRelabelled,
  unitReturned,
  unitSampled,
  unitShipped,
} from './index.ts';

type Past = Parameters<typeof folded>[2];

const BAGS = 6;
const PARTS = 2;
/** Each thing travels by itself. */
const shipmentOf = (id: string) => id.replace(/-00000/, '-0005e');

/** Bags and the syringes that may be drawn from them; facts also speak of some that never were. */
const things = [...Array(BAGS + 1).keys()].flatMap((n) => [
  example.unitId(n + 1),
  ...Array.from({ length: PARTS }, (_, k) => example.partId(n + 1, k + 1)),
]);

/** What a plain count of containers knows: those that there are, where each ended, and which are on their way. */
type Model = { readonly made: Set<string>; readonly ended: Map<string, string>; readonly away: Set<string> };
type Step = { readonly past: Past[number]; readonly on: (model: Model) => void };

const ends = (id: string, how: string) => (model: Model) => {
  if (model.made.has(id) && !model.ended.has(id)) model.ended.set(id, how);
};
/** Given is given: it counts more than that it was said to be discarded or sampled. */
const given = (id: string) => (model: Model) => {
  if (model.made.has(id) && model.ended.get(id) !== 'consumed') model.ended.set(id, 'infused');
};
const treatment = fc.constantFrom(IDS.treatment, IDS.otherTreatment);

const about = (id: string): fc.Arbitrary<Step> =>
  fc.oneof(
    treatment.map((each): Step => ({ past: [unitInfused, { unit: id, treatment: each }], on: given(id) })),
    treatment.map((each): Step => ({ past: [unitInfusionStarted, { unit: id, treatment: each }], on: given(id) })),
    treatment.map(
      (each): Step => ({
        past: [unitInfusionInterrupted, { unit: id, treatment: each, reason: 'pump-alarm' }],
        on: given(id),
      }),
    ),
    treatment.map(
      (each): Step => ({
        past: [unitInfusionEnded, example.infusionEnded({ unit: id, treatment: each })],
        on: given(id),
      }),
    ),
    fc.constantFrom('expired', 'infusion-stopped').map(
      (reason): Step => ({
        past: [unitDiscarded, { scope: { units: [id] }, reason }],
        on: ends(id, 'discarded'),
      }),
    ),
    fc.constantFrom('content-lost', 'to-be-discarded').map(
      (fate): Step => ({
        past: [unitDamaged, example.unitDamaged({ units: [id], fate })],
        on: fate === 'content-lost' ? ends(id, 'discarded') : () => undefined,
      }),
    ),
    fc.nat(999).map(
      (n): Step => ({
        past: [
          unitSampled,
          example.unitSampled({ unit: id, sample: `0192f5c4-0000-7000-8000-00000003${n.toString(16).padStart(4, '0')}` }),
        ],
        on: ends(id, 'sampled'),
      }),
    ),
    fc.constant<Step>({
      past: [unitConsumed, { unit: id, into: example.SOURCE_BATCH }],
      on: ends(id, 'consumed'),
    }),
    fc.constant<Step>({
      past: [unitRelabelled, example.unitRelabelled({}, example.relabelling(1, { unit: id }))],
      on: () => undefined,
    }),
    fc.constant<Step>({
      past: [unitReturned, example.unitReturned({ units: [{ unit: id, condition: 'accepted' }] })],
      on: ({ away }) => away.delete(id),
    }),
    fc.constant<Step>({
      past: [unitReceived, { to: IDS.hospital, units: [{ unit: id, condition: 'accepted' }] }],
      on: ({ away }) => away.delete(id),
    }),
    fc.constant<Step>({
      past: [unitShipped, { shipment: shipmentOf(id), from: IDS.lab, to: IDS.hospital, custodian: 'carrier-c', units: [id] }],
      on: ({ made, ended, away }) => {
        if (made.has(id) && !ended.has(id)) away.add(id);
      },
    }),
  );

const step = fc.oneof(
  { arbitrary: fc.constantFrom(...things).chain(about), weight: 4 },
  {
    arbitrary: fc.integer({ min: 1, max: BAGS }).map(
      (n): Step => ({
        past: [split, { units: [example.unitMade(n)] }],
        on: ({ made }) => made.add(example.unitId(n)),
      }),
    ),
    weight: 1,
  },
  {
    arbitrary: fc.tuple(fc.integer({ min: 1, max: BAGS }), fc.integer({ min: 0, max: PARTS })).map(
      ([n, parts]): Step => ({
        past: [unitReconstituted, example.unitReconstituted(n, parts)],
        on: (model) => {
          const id = example.unitId(n);
          if (!model.made.has(id)) return;
          for (let k = 1; k <= parts; k++) {
            const drawn = example.partId(n, k);
            if (model.made.has(drawn)) continue;
            model.made.add(drawn);
            // It is where its bag is.
            if (model.away.has(id)) model.away.add(drawn);
          }
          if (parts > 0) ends(id, 'consumed')(model);
        },
      }),
    ),
    weight: 1,
  },
);

describe('containers on their way to the bedside and back', () => {
  it('balance after whatever was recorded of them, and lie where a simple count says', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.option(fc.integer({ min: 0, max: BAGS })), (steps, closed) => {
        const model: Model = { made: new Set(), ended: new Map(), away: new Set() };
        for (const { on } of steps) on(model);
        // A shipment takes a bag once: receipts that come before their departure are told in unit-custody.spec.ts.
        const once = steps.filter(({ past }) => past[0] === unitShipped).map(({ past }) => JSON.stringify(past[1]));
        fc.pre(new Set(once).size === once.length);
        const past: Past = [
          [opened, example.opened()],
          ...steps.map((each) => each.past),
          ...(closed === null ? [] : ([[splitClosed, example.splitClosed(closed)]] as const)),
        ];
        const state = folded(batch, example.BATCH, past);
        const { made, unaccounted, ...places } = containerBalance(state);
        expect(made).toBe(Object.values(places).reduce((sum, count) => sum + count, 0) + unaccounted);
        const count = (how: string) => [...model.ended.values()].filter((each) => each === how).length;
        const inTransit = [...model.away].filter((id) => !model.ended.has(id)).length;
        expect(places).toEqual({
          onHand: model.made.size - model.ended.size - inTransit,
          inTransit,
          infused: count('infused'),
          sampled: count('sampled'),
          consumed: count('consumed'),
          discarded: count('discarded'),
        });
        const bags = [...model.made].filter((id) => id.includes('00000001')).length;
        expect(unaccounted).toBe((closed ?? bags) - bags);
        const custody = [...state.custody.values()].reduce((sum, each) => sum + each, 0);
        expect(custody).toBe(state.units.size);
      }),
      { numRuns: 1000 },
    );
  });
});
