import { describe, expect, it } from 'vitest';
import type { AnyFact } from '../kernel/index.ts';
import { eventId, folded, given } from '../specification.ts';
import * as example from './examples.ts';
import {
  batch,
  deviationRaised,
  expanded,
  harvested,
  isolated,
  materialUsed,
  opened,
  originsResolved,
  passaged,
  split,
  transduced,
} from './index.ts';

type Past = Parameters<typeof folded>[2];

const open: Past = [
  [opened, example.opened()],
  [originsResolved, example.originsResolved()],
];
const fromBank: Past = [[opened, example.opened({ inputs: [{ batch: example.SOURCE_BATCH, unit: example.unitId(1) }] })]];
const at = (occurredAt: string | null) => ({ occurredAt });
const when = (past: Past, fact: AnyFact, data: unknown, options = {}) =>
  given(batch, example.BATCH, past).when(fact, data, options);

describe('a process step', () => {
  it.each([
    [isolated, example.isolated(), open],
    [passaged, example.passaged(), [...open, [isolated, example.isolated()]]],
    [expanded, example.expanded(), [...open, [isolated, example.isolated()]]],
    [transduced, example.transduced(), [...open, [isolated, example.isolated()]]],
    [harvested, example.harvested(), [...open, [isolated, example.isolated()], [expanded, example.expanded()]]],
    [passaged, example.passaged(), fromBank],
    [expanded, example.expanded(), fromBank],
    [transduced, example.transduced(), fromBank],
  ] as const)('$type after its predecessor has no findings', (fact, data, past) => {
    const { outcome, rules, warnings } = when(past, fact, data);
    expect({ outcome, rules, warnings }).toEqual({ outcome: 'record', rules: [], warnings: [] });
  });

  it.each([
    [passaged, example.passaged(), open],
    [expanded, example.expanded(), open],
    [transduced, example.transduced(), open],
    [harvested, example.harvested(), open],
    [split, example.split(), open],
    [split, example.split(), [...open, [isolated, example.isolated()], [expanded, example.expanded()]]],
    [harvested, example.harvested(), fromBank],
  ] as const)('$type without its predecessor is recorded with a finding', (fact, data, past) => {
    const { outcome, rules } = when(past, fact, data);
    expect({ outcome, rules }).toEqual({ outcome: 'record', rules: ['batch.step-missing'] });
  });

  it('divides what was only isolated, where nothing was cultured', () => {
    expect(when([...open, [isolated, example.isolated()]], split, example.split()).rules).toEqual([]);
  });

  describe('that was missing and is entered late', () => {
    const waiting: Past = [
      ...open,
      [harvested, example.harvested(), at('2026-11-20T08:00:00+08:00')],
      [deviationRaised, { deviation: example.SAMPLE, rule: 'batch.step-missing', class: 'minor', event: eventId(2) }],
    ];

    it('closes the deviation of the step that waited for it', () => {
      const state = when(waiting, isolated, example.isolated(), at('2026-11-19T08:00:00+08:00')).afterwards();
      expect(state.deviations.get(example.SAMPLE)?.closed).not.toBeNull();
      expect(state.awaitedSteps.size).toBe(0);
    });

    it.each(['2026-11-21T08:00:00+08:00', null])(
      'closes nothing when it happened at %s, after the step or nobody knows when',
      (occurredAt) => {
        const state = when(waiting, isolated, example.isolated(), at(occurredAt)).afterwards();
        expect(state.deviations.get(example.SAMPLE)?.closed).toBeNull();
      },
    );

    it('leaves other deviations of that step open', () => {
      const other: Past = [
        ...waiting,
        [deviationRaised, { deviation: example.STUDY, rule: 'batch.verifier-is-operator', class: 'major', event: eventId(2) }],
      ];
      const state = when(other, isolated, example.isolated(), at('2026-11-19T08:00:00+08:00')).afterwards();
      expect(state.deviations.get(example.STUDY)?.closed).toBeNull();
    });
  });

  it('finds a passage above the ceiling, and none at it', () => {
    const past: Past = [...open, [isolated, example.isolated({ passage: 4 })]];
    expect(when(past, passaged, example.passaged({ passage: 5 })).rules).toEqual([]);
    expect(when(past, passaged, example.passaged({ passage: 6 })).rules).toContain('batch.passage-above-ceiling');
  });

  it('warns of a passage that was left out', () => {
    const past: Past = [...open, [isolated, example.isolated({ passage: 0 })]];
    expect(when(past, passaged, example.passaged({ passage: 2 })).warnings).toEqual(['batch.passage-skipped']);
  });

  it('keeps the highest passage when an earlier one is entered late', () => {
    const past: Past = [...open, [isolated, example.isolated()], [passaged, example.passaged({ passage: 2 })]];
    expect(when(past, passaged, example.passaged({ passage: 1 })).afterwards().passage).toBe(2);
  });

  it.each([
    ['the operator named', { operator: 'staff-0002', verifier: 'staff-0002' }],
    ['the reporting person where no operator is named', { operator: undefined, verifier: 'staff-0001' }],
  ])('finds a verifier who is %s', (_, hands) => {
    expect(when(open, isolated, example.isolated(hands)).rules).toEqual(['batch.verifier-is-operator']);
  });

  it('needs no verifier to be recorded', () => {
    expect(when(open, isolated, {}).rules).toEqual([]);
  });

  it('finds an end before the beginning', () => {
    const interval = { start: '2026-11-20T10:00:00+08:00', end: '2026-11-20T09:59:59+08:00' };
    expect(when(open, isolated, example.isolated(interval)).rules).toEqual(['batch.interval-reversed']);
  });

  it('counts a step once more without forgetting which was the newest', () => {
    const past: Past = [...open, [isolated, example.isolated()], [expanded, {}, at('2026-11-10T08:00:00+08:00')]];
    const state = when(past, expanded, {}, at('2026-11-08T08:00:00+08:00')).afterwards();
    expect(state.steps.get('expanded')).toMatchObject({ count: 2, event: eventId(3) });
  });
});

describe('cell numbers', () => {
  const isolatedOf = (input: object, output: object) =>
    when(open, isolated, example.isolated({ input: [input], output: [output] })).warnings;

  it('cannot grow where cells do not multiply', () => {
    expect(isolatedOf(example.cells('10'), example.cells('11'))).toEqual(['batch.cells-gained']);
  });

  it('may differ within the uncertainty of both counts, and no more', () => {
    const uncertain = (value: string) => example.cells(value, { uncertainty: '0.5' });
    expect(isolatedOf(uncertain('10'), uncertain('11'))).toEqual([]);
    expect(isolatedOf(uncertain('10'), uncertain('11.1'))).toEqual(['batch.cells-gained']);
  });

  it('are compared in any unit, and only with the same measurand', () => {
    expect(isolatedOf(example.cells('10'), { ...example.cells('10000000'), unit: '{cells}' })).toEqual([]);
    expect(isolatedOf(example.cells('10'), { ...example.cells('10000001'), unit: '{cells}' })).toEqual(['batch.cells-gained']);
    expect(isolatedOf(example.cells('10'), example.cells('11', { what: 'TNC' }))).toEqual([]);
  });

  it('may grow in culture', () => {
    const past: Past = [...open, [isolated, example.isolated()]];
    expect(when(past, expanded, { input: [example.cells('1')], output: [example.cells('100')] }).warnings).toEqual([]);
  });
});

describe('a material', () => {
  it.each([
    ['on its last day', '2026-11-21', []],
    ['a day after its expiry', '2026-11-20', ['batch.material-expired']],
  ])('used %s is judged by the local day', (_, expiry, rules) => {
    expect(when(open, materialUsed, example.materialUsed({ expiry }), at('2026-11-21T23:59:00+08:00')).rules).toEqual(rules);
  });

  it('without an expiry, or used nobody knows when, is recorded as it is', () => {
    expect(when(open, materialUsed, example.materialUsed({ expiry: undefined })).rules).toEqual([]);
    expect(when(open, materialUsed, example.materialUsed({ expiry: '2020-01-01' }), at(null)).rules).toEqual([]);
  });

  it('and a vector are found by their lots', () => {
    const state = folded(batch, example.BATCH, [
      ...open,
      [materialUsed, example.materialUsed()],
      [transduced, example.transduced()],
    ]);
    expect(state.materials.map(({ lot }) => lot)).toEqual(['S2611', 'LV-07']);
    expect(state.transduced).toBe(true);
  });
});
