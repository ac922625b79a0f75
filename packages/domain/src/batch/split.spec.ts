import { describe, expect, it } from 'vitest';
import { type folded, given } from '../specification.ts';
import * as example from './examples.ts';
import { batch, harvested, isolated, opened, split, splitClosed, unitConsumed } from './index.ts';

type Past = Parameters<typeof folded>[2];

const harvest = (over: object = {}): Past => [
  [opened, example.opened()],
  [isolated, example.isolated()],
  [harvested, example.harvested(over)],
];
const divided: Past = [...harvest(), [split, example.split(3)]];
const when = (past: Past, data: unknown) => given(batch, example.BATCH, past).when(split, data);
const holding = (...cells: string[]) => cells.map((value, i) => example.unitMade(i + 1, { cells: example.cells(value) }));

describe('a split', () => {
  it('makes units that lie where it was done, in the hands of who did it', () => {
    const { rules, afterwards } = when(harvest(), example.split(2, { expiry: '2027-11-20T23:59:59+08:00' }));
    expect(rules).toEqual([]);
    const state = afterwards();
    expect(state.ordinals).toEqual(
      new Map([
        [1, example.unitId(1)],
        [2, example.unitId(2)],
      ]),
    );
    expect(state.units.get(example.unitId(2))).toMatchObject({
      ordinal: 2,
      custodian: 'lab-a',
      place: { value: { site: 'lab-a' } },
      expiry: '2027-11-20T23:59:59+08:00',
      end: null,
    });
  });

  it('is recorded in several entries', () => {
    const { rules, afterwards } = when(divided, example.split(0, { units: [example.unitMade(4)] }));
    expect(rules).toEqual([]);
    expect(afterwards().units.size).toBe(4);
  });

  it.each([
    ['batch.unit-known', divided, [example.unitMade(9, { id: example.unitId(1) })]],
    ['batch.unit-known', harvest(), [example.unitMade(1), example.unitMade(2, { id: example.unitId(1) })]],
    ['batch.ordinal-taken', divided, [example.unitMade(9, { ordinal: 3 })]],
    ['batch.ordinal-taken', harvest(), [example.unitMade(1), example.unitMade(2, { ordinal: 1 })]],
    ['batch.unit-unknown', divided, [example.unitMade(9, { kind: 'segment', parent: example.unitId(8) })]],
    ['batch.unit-unknown', divided, [example.unitMade(9, { parent: example.unitId(9) })]],
  ])('cannot be applied: %s', (rule, past, units) => {
    const { outcome, rules } = when(past, example.split(0, { units }));
    expect({ outcome, rules }).toEqual({ outcome: 'unreconciled', rules: [rule] });
  });

  it('knows a parent that is made in the same entry', () => {
    const units = [example.unitMade(1), example.unitMade(2, { kind: 'segment', parent: example.unitId(1) })];
    expect(when(harvest(), example.split(0, { units })).rules).toEqual([]);
  });

  it('finds a segment without a bag, and a part of a bag that was used up', () => {
    expect(when(divided, example.split(0, { units: [example.unitMade(9, { kind: 'segment' })] })).rules).toEqual([
      'batch.segment-without-parent',
    ]);
    const used: Past = [...divided, [unitConsumed, example.unitConsumed(1)]];
    const units = [example.unitMade(9, { kind: 'segment', parent: example.unitId(1) })];
    expect(when(used, example.split(0, { units })).rules).toEqual(['batch.parent-ended']);
  });

  it('warns when the units hold more cells than were harvested, counting earlier splits', () => {
    expect(when(harvest(), example.split(0, { units: holding('50', '50') })).warnings).toEqual([]);
    expect(when(harvest(), example.split(0, { units: holding('50', '50.1') })).warnings).toEqual(['batch.cells-gained']);
    const first: Past = [...harvest(), [split, example.split(0, { units: holding('60') })]];
    const second = example.split(0, { units: [example.unitMade(2, { cells: example.cells('60') })] });
    expect(when(first, second).warnings).toEqual(['batch.cells-gained']);
  });

  it('counts the cells of a part once, with its whole', () => {
    const units = [
      ...holding('100'),
      example.unitMade(2, { kind: 'segment', parent: example.unitId(1), cells: example.cells('1') }),
    ];
    expect(when(harvest(), example.split(0, { units })).warnings).toEqual([]);
  });

  it('warns of lost cells only where the remainder is stated', () => {
    expect(when(harvest(), example.split(0, { units: holding('50') })).warnings).toEqual([]);
    const stated = (remainder: string) => example.split(0, { units: holding('50'), remainder: example.cells(remainder) });
    expect(when(harvest(), stated('50')).warnings).toEqual([]);
    expect(when(harvest(), stated('20')).warnings).toEqual(['batch.cells-lost']);
  });

  it('warns of an identifier that cannot be read', () => {
    const units = [example.unitMade(1, { identifiers: [{ scheme: 'isbt128-din', value: 'nonsense' }] })];
    expect(when(harvest(), example.split(0, { units })).warnings).toEqual(['batch.identifier-malformed']);
  });

  it('takes at most 400 units an entry', () => {
    expect(split.schema.safeParse(example.split(400)).success).toBe(true);
    expect(split.schema.safeParse(example.split(401)).success).toBe(false);
  });
});

describe('closing a split', () => {
  const closing = (units: number) => given(batch, example.BATCH, divided).when(splitClosed, example.splitClosed(units));

  it('agrees with the units recorded', () => {
    expect(closing(3).rules).toEqual([]);
    expect(closing(3).afterwards().splitsClosed).toEqual({ made: 3 });
  });

  it.each([2, 4])('with %i of 3 units is a finding', (units) => {
    expect(closing(units).rules).toEqual(['batch.split-count']);
  });

  it('makes further units a finding', () => {
    const closed: Past = [...divided, [splitClosed, example.splitClosed(3)]];
    expect(when(closed, example.split(0, { units: [example.unitMade(4)] })).rules).toEqual(['batch.split-after-closing']);
  });
});
