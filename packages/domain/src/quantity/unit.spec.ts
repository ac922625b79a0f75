import { describe, expect, it } from 'vitest';
import { commensurable, parseUnit, type Unit, UnitCode, ucumOf } from './index.ts';

const unit = (code: string): Unit => {
  const parsed = parseUnit(code);
  if (!parsed.ok) throw new Error(parsed.problem.message.en);
  return parsed.value;
};

describe('a unit', () => {
  it.each([
    '1',
    '10*6',
    '10*6.{cells}',
    '10*6.{cells}/kg',
    '10*7{cells}',
    '10*6.{cells}/mL',
    '10*4.{cells}/cm2',
    '{copies}/{cell}',
    '{cells}',
    'mL',
    'uL',
    'dL',
    'L/min',
    'Cel',
    'Cel/min',
    '[degF]',
    's',
    'min',
    'h',
    'd',
    '%',
    'EU/mL',
    '[IU]/mL',
    'g',
    'kg',
    'ng/mL',
    'mm[Hg]',
    '10*9/L',
    'g/L',
    'mmol/L',
    'mosm/kg',
    '[CFU]/mL',
    '[TCID_50]/mL',
    '/min',
    '/mL',
    '[pH]',
    '[g]',
    'deg',
    'kPa',
    'mg/(kg.d)',
    '10*-3',
    'm/s2',
    'mL/kg/h',
  ])('%s is read', (code) => {
    expect(UnitCode.parse(code)).toBe(code);
  });

  it.each([
    ['CFU/mL', '[CFU]'],
    ['[EU]/mL', 'EU ([EU] is the Ehrlich unit)'],
    ['IU/mL', '[IU]'],
    ['℃', 'Cel'],
    ['mmHg', 'mm[Hg]'],
    ['cells', '{cells}'],
    ['10*6.cells/kg', '{cells}'],
  ])('%s is refused, and %s is offered', (code, meant) => {
    expect(parseUnit(code)).toMatchObject({ ok: false, problem: { code: 'quantity.unit', expected: meant } });
  });

  it.each([
    '',
    ' ',
    'KG',
    'Kg',
    'CEL',
    'kmin',
    'mL ',
    'm L',
    '{cells',
    'cells}',
    '{}',
    '{a{b}}',
    '{细胞}',
    'kg//m',
    'kg.',
    '(kg',
    'kg)',
    '10*6*2',
    'g0',
    'g99',
    '0',
    'm'.repeat(61),
  ])('%j is refused', (code) => {
    expect(parseUnit(code)).toMatchObject({ ok: false, problem: { code: 'quantity.unit' } });
  });

  it('says where it stopped understanding', () => {
    expect(parseUnit('10*6.foo/kg')).toMatchObject({
      problem: { given: 'foo', message: { en: expect.stringContaining('"foo" at character 6') } },
    });
  });

  it('binds from left to right', () => {
    expect(unit('m/s/s').dimension).toEqual({ m: 1, s: -2 });
    expect(unit('m/s.s').dimension).toEqual({ m: 1 });
    expect(unit('m/(s.s)').dimension).toEqual({ m: 1, s: -2 });
  });
});

describe('what can be compared', () => {
  it.each([
    ['10*6.{cells}', '{cell}', true],
    ['10*6.{cells}', '10*6', true],
    ['10*6.{cells}', '{vials}', false],
    ['10*6.{cells}/kg', '10*6.{cells}', false],
    ['mL', 'cm3', true],
    ['mL', 'mg', false],
    ['Cel', '[degF]', true],
    ['h', 'd', true],
    ['EU/mL', '[IU]/mL', true],
    ['EU/mL', '{cells}/mL', false],
    ['%', '1', true],
    ['[CFU]', '[PFU]', false],
  ])('%s with %s: %s', (a, b, expected) => {
    expect(commensurable(unit(a), unit(b))).toBe(expected);
  });
});

describe('the code that leaves for others', () => {
  it('is UCUM, where the endotoxin unit has none of its own', () => {
    expect(ucumOf('EU/mL')).toBe('[IU]/mL');
    expect(ucumOf('EU/(kg.h)')).toBe('[IU]/(kg.h)');
    expect(ucumOf('{EU}/mL')).toBe('{EU}/mL');
    expect(ucumOf('10*6.{cells}/kg')).toBe('10*6.{cells}/kg');
  });
});
