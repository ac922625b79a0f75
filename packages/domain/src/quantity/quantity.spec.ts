import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addQuantities, compareDecimal, compareQuantities, convert, MaterialQuantity, Quantity } from './index.ts';

const dose = {
  value: '2.0',
  unit: '10*6.{cells}/kg',
  what: 'CD34+',
  basis: 'calculated',
  method: 'FC-007 v2',
  uncertainty: '0.3',
  bodyWeight: { value: '61.5', date: '2026-11-20' },
  asEntered: '２００万/kg',
} as const;

const firstPath = (input: unknown) => Quantity.safeParse(input).error?.issues[0]?.path.join('/');

describe('a quantity', () => {
  it('is kept as reported', () => {
    expect(Quantity.parse(dose)).toEqual(dose);
    expect(Quantity.parse({ value: '95.0', unit: '%' }).value).toBe('95.0');
    expect(Quantity.parse({ value: '0.05', unit: 'EU/mL', comparator: '<' }).comparator).toBe('<');
  });

  it('names the member that is wrong', () => {
    expect(firstPath({ ...dose, value: '2e6' })).toBe('value');
    expect(firstPath({ ...dose, unit: 'cells/kg' })).toBe('unit');
    expect(firstPath({ ...dose, what: 'cells' })).toBe('what');
    expect(firstPath({ ...dose, uncertainty: '-0.1' })).toBe('uncertainty');
    expect(firstPath({ ...dose, asEntered: '11010519491231002X' })).toBe('asEntered');
    expect(Quantity.safeParse({ ...dose, remark: 'x' }).success).toBe(false);
  });

  it.each(['0', '0.0', '-61.5', 'x'])('has no body weight of %s', (value) => {
    expect(firstPath({ ...dose, bodyWeight: { value, date: '2026-11-20' } })).toBe('bodyWeight/value');
  });

  it('of material says nothing about a person', () => {
    expect(MaterialQuantity.safeParse(dose).success).toBe(false);
    expect(MaterialQuantity.safeParse({ value: '12', unit: 'mL' }).success).toBe(true);
  });
});

describe('conversion', () => {
  it.each([
    ['5', '10*7.{cells}', '{cells}', '50000000'],
    ['3.5', '10*8.{cells}', '10*6.{cells}', '350'],
    ['1200', '10*4', '10*9', '0.012'],
    ['0.25', 'L', 'mL', '250'],
    ['50', 'uL', 'mL', '0.05'],
    ['36', 'h', 'd', '1.5'],
    ['90', 'min', 'h', '1.5'],
    ['2', 'd', 'min', '2880'],
    ['37', 'Cel', 'K', '310.15'],
    ['-196', 'Cel', '[degF]', '-320.8'],
    ['98.6', '[degF]', 'Cel', '37'],
    ['-40', '[degF]', 'Cel', '-40'],
    ['1', 'Cel/min', 'K/s', undefined],
    ['1', 'K/min', 'Cel/min', '1'],
    ['120', 'mm[Hg]', 'kPa', '15.99864'],
    ['95', '%', '1', '0.95'],
    ['0.5', 'EU/mL', '[IU]/L', '500'],
    ['2', '10*6.{cells}/kg', '{cells}/g', '2000'],
  ])('%s %s in %s is %s', (value, unit, to, expected) => {
    const converted = convert({ value, unit }, to);
    if (!converted.ok) throw new Error(converted.problem.message.en);
    expect(converted.value.exact).toBe(expected !== undefined);
    if (expected !== undefined) expect(compareDecimal(converted.value.value, expected)).toBe(0);
  });

  it('says when it had to round, at 34 digits', () => {
    expect(convert({ value: '10', unit: 'min' }, 'h')).toEqual({
      ok: true,
      value: { value: '0.1666666666666666666666666666666667', unit: 'h', exact: false },
    });
    expect(convert({ value: '-100', unit: 's' }, 'min')).toMatchObject({
      value: { value: '-1.666666666666666666666666666666667' },
    });
  });

  it('is refused between different things', () => {
    expect(convert({ value: '1', unit: 'mL' }, 'g')).toMatchObject({ ok: false, problem: { code: 'quantity.incommensurable' } });
    expect(convert({ value: '1', unit: '{cells}' }, '{vials}')).toMatchObject({
      ok: false,
      problem: { code: 'quantity.incommensurable' },
    });
    expect(convert({ value: '1', unit: 'mL' }, 'millilitre')).toMatchObject({ ok: false, problem: { code: 'quantity.unit' } });
  });

  const groups = [
    ['10*4.{cells}', '10*6.{cells}', '10*8', '10*9.{cells}', '{cells}'],
    ['mL', 'L', 'uL', 'dL'],
    ['Cel', 'K'],
  ] as const;
  const pair = fc.constantFrom(...groups).chain((group) => fc.tuple(fc.constantFrom(...group), fc.constantFrom(...group)));
  const value = fc
    .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.nat(999))
    .map(([whole, part]) => `${whole}.${String(part).padStart(3, '0')}`);

  it('there and back loses nothing', () => {
    fc.assert(
      fc.property(pair, value, ([from, to], reported) => {
        const there = convert({ value: reported, unit: from }, to);
        const back = there.ok && convert(there.value, from);
        expect(back !== false && back.ok && compareDecimal(back.value.value, reported)).toBe(0);
      }),
    );
  });

  it('keeps the order', () => {
    fc.assert(
      fc.property(pair, value, value, ([from, to], a, b) => {
        const converted = convert({ value: b, unit: from }, to);
        expect(converted.ok && compareQuantities({ value: a, unit: from }, converted.value)).toEqual({
          ok: true,
          value: compareDecimal(a, b),
        });
      }),
    );
  });
});

describe('a sum', () => {
  it('stands in the unit of the first', () => {
    expect(addQuantities({ value: '5', unit: '10*7.{cells}' }, { value: '1', unit: '10*8.{cells}' })).toEqual({
      ok: true,
      value: { value: '15', unit: '10*7.{cells}' },
    });
  });

  it('is not made of temperatures or of different things', () => {
    expect(addQuantities({ value: '1', unit: 'Cel' }, { value: '1', unit: 'K' })).toMatchObject({
      problem: { code: 'quantity.scale' },
    });
    expect(addQuantities({ value: '1', unit: 'K' }, { value: '1', unit: 'Cel' })).toMatchObject({
      problem: { code: 'quantity.scale' },
    });
    expect(addQuantities({ value: '1', unit: 'mL' }, { value: '1', unit: 'h' })).toMatchObject({
      problem: { code: 'quantity.incommensurable' },
    });
  });
});
