import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDecimal, judgeResult, Limit, meets, type ResultValue } from './index.ts';

const percent = (value: string) => ({ value, unit: '%' });
const negative: Limit = { op: 'is', anyOf: ['negative'] };

describe('a specification line', () => {
  it.each<[string, Limit, ResultValue, string]>([
    ['viability ≥ 95 %', { op: '≥', ...percent('95') }, percent('95.0'), 'pass'],
    ['viability ≥ 95 %', { op: '≥', ...percent('95') }, percent('94.99'), 'fail'],
    ['viability ≥ 95 %, told as a fraction', { op: '≥', ...percent('95') }, { value: '0.96', unit: '1' }, 'pass'],
    ['negative markers ≤ 2 %', { op: '≤', ...percent('2') }, percent('2.0'), 'pass'],
    ['endotoxin < 0.5 EU/mL', { op: '<', value: '0.5', unit: 'EU/mL' }, { value: '0.50', unit: 'EU/mL' }, 'fail'],
    ['endotoxin < 0.5 EU/mL', { op: '<', value: '0.5', unit: 'EU/mL' }, { value: '0.49', unit: '[IU]/mL' }, 'pass'],
    ['vector copies > 0', { op: '>', value: '0', unit: '{copies}/{cell}' }, { value: '0', unit: '{copies}/{cell}' }, 'fail'],
    ['exactly 7 days', { op: '=', value: '7', unit: 'd' }, { value: '168', unit: 'h' }, 'pass'],
    [
      '4.5–6.0 × 10⁷ cells',
      { op: 'between', low: '4.5', high: '6.0', unit: '10*7.{cells}' },
      { value: '6000', unit: '10*4.{cells}' },
      'pass',
    ],
    [
      '4.5–6.0 × 10⁷ cells',
      { op: 'between', low: '4.5', high: '6.0', unit: '10*7.{cells}' },
      { value: '0.449', unit: '10*8' },
      'fail',
    ],
    ['mycoplasma negative', negative, { category: ' Negative' }, 'pass'],
    ['mycoplasma negative', negative, { category: 'positive' }, 'fail'],
    ['sterility no growth', { op: 'is', anyOf: ['no growth'] }, { category: 'no  growth' }, 'pass'],
    ['karyotype 46,XX or 46,XY', { op: 'is', anyOf: ['46,XX', '46,XY'] }, { category: '46,XY' }, 'pass'],
    ['karyotype 46,XX or 46,XY', { op: 'is', anyOf: ['46,XX', '46,XY'] }, { category: '47,XXY' }, 'fail'],
    ['HGF report-only', { op: 'report-only' }, { value: '1', unit: 'ng/mL' }, 'report-only'],
  ])('%s', (_, limit, result, verdict) => {
    expect(Limit.parse(limit)).toEqual(limit);
    expect(judgeResult(limit, result)).toEqual({ verdict });
    expect(meets(limit, result)).toBe(verdict !== 'fail');
  });

  it.each<[string, Limit, ResultValue, string]>([
    ['a word for a number', { op: '≥', ...percent('95') }, { category: 'high' }, 'quantity.category'],
    ['a number for a word', negative, percent('0'), 'quantity.category'],
    ['another kind of unit', { op: '≥', ...percent('95') }, { value: '96', unit: 'mL' }, 'quantity.incommensurable'],
    [
      'an amount per dose for one per kilogram',
      { op: '≥', value: '2', unit: '10*6.{cells}/kg' },
      { value: '200', unit: '10*6.{cells}' },
      'quantity.incommensurable',
    ],
  ])('is not passed by %s', (_, limit, result, code) => {
    expect(judgeResult(limit, result)).toMatchObject({ verdict: 'undetermined', problem: { code } });
    expect(meets(limit, result)).toBe(false);
  });

  it.each([
    ['<', '0.05', '<', '0.5', 'pass'],
    ['<', '0.5', '<', '0.5', 'pass'],
    ['≤', '0.5', '<', '0.5', 'undetermined'],
    ['≤', '0.5', '≤', '0.5', 'pass'],
    ['<', '1', '<', '0.5', 'undetermined'],
    ['>', '0.5', '<', '0.5', 'fail'],
    ['≥', '0.5', '<', '0.5', 'fail'],
    ['≥', '0.5', '≤', '0.5', 'undetermined'],
    ['>', '0.5', '≤', '0.5', 'fail'],
    ['>', '0.4', '<', '0.5', 'undetermined'],
    ['>', '5', '≥', '5', 'pass'],
    ['≥', '5', '>', '5', 'undetermined'],
    ['<', '5', '≥', '5', 'fail'],
    ['<', '5', '=', '5', 'fail'],
    ['≤', '5', '=', '5', 'undetermined'],
  ] as const)('a result %s %s against %s %s is a %s', (comparator, value, op, bound, verdict) => {
    expect(judgeResult({ op, value: bound, unit: 'EU/mL' }, { comparator, value, unit: 'EU/mL' }).verdict).toBe(verdict);
  });

  it('agrees with the order of decimals', () => {
    const decimal = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.nat(9)).map(([whole, tenth]) => `${whole}.${tenth}`);
    fc.assert(
      fc.property(decimal, decimal, (bound, value) => {
        const order = compareDecimal(value, bound);
        const passes = (op: '≥' | '>' | '≤' | '<' | '=') => meets({ op, ...percent(bound) }, percent(value));
        expect([passes('≥'), passes('>'), passes('≤'), passes('<'), passes('=')]).toEqual([
          order >= 0,
          order > 0,
          order <= 0,
          order < 0,
          order === 0,
        ]);
      }),
    );
  });

  it('is itself in order', () => {
    const refused = [
      { op: 'between', low: '6', high: '4', unit: '%' },
      { op: 'between', low: '4', unit: '%' },
      { op: '>=', value: '4', unit: '%' },
      { op: '≥', value: '4', unit: 'percent' },
      { op: 'is', anyOf: [] },
      { op: '≥', value: '4', unit: '%', anyOf: ['x'] },
    ];
    for (const limit of refused) expect(Limit.safeParse(limit).success).toBe(false);
    expect(Limit.safeParse({ op: 'between', low: '4.0', high: '4', unit: '%' }).success).toBe(true);
  });
});
