import { describe, expect, it } from 'vitest';
import * as materials from '../material/index.ts';
import * as samples from '../sample/index.ts';
import { eventId, folded, given } from '../specification.ts';
import * as example from './examples.ts';
import { batch, materialUsed, opened, passaged, released, testRecorded, transduced } from './index.ts';

const { SERUM, BASE_MEDIUM, COMPLETE_MEDIUM } = materials.examples;
type Past = Parameters<typeof folded>[2];

const received = materials.examples.received();
const lots = {
  released: [
    [materials.received, received],
    [materials.released, materials.examples.released()],
  ],
  arrived: [[materials.received, received]],
  rejected: [
    [materials.received, received],
    [materials.rejected, materials.examples.rejected()],
  ],
  recalled: [
    [materials.received, received],
    [materials.released, materials.examples.released()],
    [materials.recalled, materials.examples.recalled()],
  ],
  none: [],
} satisfies Record<string, Past>;
const lot = (id: string, past: Past) => [`material-${id}`, folded(materials.material, id, past)] as const;
const medium = lot(COMPLETE_MEDIUM, [
  [materials.prepared, materials.examples.prepared({ parents: [{ material: BASE_MEDIUM }] })],
  [materials.released, materials.examples.released()],
]);
const base = lot(BASE_MEDIUM, [
  [materials.prepared, materials.examples.prepared({ parents: [{ material: SERUM }] })],
  [materials.released, materials.examples.released()],
]);

/** Rules that a release would break, of those that are decided by the records of others. */
const against = (past: Past, others: readonly (readonly [string, unknown])[]) =>
  given(batch, example.BATCH, [[opened, example.opened()], ...past], new Map(others))
    .when(released, example.released())
    .rules.filter((rule) => /^release\.(material-(?!expired)|sample-|report-)/.test(rule));

describe('a release asks the lots that touched the cells', () => {
  const rules = {
    released: [],
    arrived: ['release.material-not-released'],
    rejected: ['release.material-rejected'],
    recalled: ['release.material-recalled'],
    none: ['release.material-unknown'],
  } as const;
  const cases = Object.keys(rules) as (keyof typeof rules)[];

  it.each(cases)('one that is %s', (kind) => {
    const used: Past = [[materialUsed, example.materialUsed({ material: SERUM })]];
    expect(against(used, [lot(SERUM, lots[kind])])).toEqual(rules[kind]);
  });

  it.each(cases)('one that is %s inside a lot that was prepared of a prepared one', (kind) => {
    const used: Past = [[materialUsed, example.materialUsed({ material: COMPLETE_MEDIUM })]];
    expect(against(used, [medium, base, lot(SERUM, lots[kind])])).toEqual(rules[kind]);
  });

  it('whether it is named as used, as the medium of a step, or as the vector', () => {
    for (const used of [
      [passaged, example.passaged({ media: [{ name: 'complete medium', material: SERUM }] })] as const,
      [transduced, example.transduced({ material: SERUM })] as const,
    ]) {
      expect(against([used], [lot(SERUM, lots.rejected)])).toEqual(['release.material-rejected']);
    }
  });

  it('and not those that it has no record of', () => {
    expect(against([[materialUsed, example.materialUsed()]], [])).toEqual([]);
  });
});

describe('a material that is used', () => {
  const using = (past: Past, over: object = {}) =>
    given(batch, example.BATCH, [[opened, example.opened()]], new Map([lot(SERUM, past)])).when(
      materialUsed,
      example.materialUsed({ material: SERUM, lot: 'NB-FBS-2411', ...over }),
    );

  it.each([
    ['released', lots.released, []],
    ['not released', lots.arrived, ['material.used-unreleased']],
    ['rejected', lots.rejected, ['material.used-rejected']],
    ['recalled', lots.recalled, ['material.used-recalled']],
    [
      'past the end of use of its opened container',
      [...lots.released, [materials.opened, materials.examples.opened({ inUseExpiry: '2026-11-21T14:00:00+08:00' })]],
      ['material.used-after-in-use-expiry'],
    ],
  ] as [string, Past, string[]][])('is recorded although it is %s, with what speaks against it', (_, past, rules) => {
    expect(using(past)).toMatchObject({ outcome: 'record', rules });
  });

  it('is the lot that its record says', () => {
    expect(using(lots.released, { lot: 'NB-FBS-2412' }).rules).toEqual(['material.used-as-another-lot']);
  });
});

describe('a release asks the samples that its results are of', () => {
  const { SAMPLE } = example;
  const REPORT = eventId(0xf1);
  const recorded = (...results: object[]) => ({ ...example.testRecorded(...results), sample: SAMPLE });
  const result = [testRecorded, recorded()] as const;
  const told = (...past: Past) => [
    [`sample-${SAMPLE}`, folded(samples.sample, SAMPLE, [[samples.taken, samples.examples.taken()], ...past])] as const,
  ];
  const report: Past[number] = [
    samples.reportIssued,
    samples.examples.reportIssued({ number: 'QC-2026-1121' }),
    { id: REPORT, org: 'qc-lab' },
  ];

  it('and is content with a report that stands, and where the samples have no records', () => {
    expect(against([result], told(report))).toEqual([]);
    expect(against([result], [])).toEqual([]);
  });

  it.each([
    ['withdrawn', [samples.reportWithdrawn, samples.examples.reportWithdrawn(REPORT)], 'release.report-withdrawn'],
    ['revised', [samples.reportRevised, samples.examples.reportRevised(REPORT)], 'release.report-revised'],
  ] as [string, Past[number], string][])('and refuses when the report was %s', (_, change, rule) => {
    expect(against([result], told(report, change))).toEqual([rule]);
  });

  it('and refuses when the sample was rejected', () => {
    expect(against([result], told([samples.rejected, samples.examples.rejected()]))).toEqual(['release.sample-rejected']);
  });

  it('but not of results that others took the place of', () => {
    const again = example.testRecorded(example.result({ retestOf: { event: eventId(1), index: 0 } }));
    const withdrawn: Past[number] = [samples.reportWithdrawn, samples.examples.reportWithdrawn(REPORT)];
    expect(against([result, [testRecorded, again]], told(report, withdrawn))).toEqual([]);
  });

  it('as does the recording of a result', () => {
    const recording = (...past: Past) =>
      given(batch, example.BATCH, [[opened, example.opened()]], new Map(told(...past)))
        .when(testRecorded, recorded())
        .rules.filter((rule) => rule.startsWith('sample.'));
    expect(recording([samples.rejected, samples.examples.rejected()])).toEqual(['sample.report-on-rejected']);
    expect(recording(report, [samples.reportWithdrawn, samples.examples.reportWithdrawn(REPORT)])).toEqual([
      'sample.report-withdrawn-before',
    ]);
    expect(recording(report)).toEqual([]);
  });
});
