import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareQuantities, parseEntered, Quantity } from './index.ts';

describe('an amount as people write it', () => {
  it.each([
    ['5×10^7 cells', '5', '10*7.{cells}'],
    ['5x10⁷ 个', '5', '10*7.{cells}'],
    ['2.0×10^6 cells/kg', '2.0', '10*6.{cells}/kg'],
    ['2.0E6/mL', '2.0', '10*6/mL'],
    ['10^7', '1', '10*7'],
    ['1*10**6', '1', '10*6'],
    ['5e-3 mL', '5', '10*-3.mL'],
    ['5×10⁻³', '5', '10*-3'],
    ['1,200万', '1200', '10*4'],
    ['3.50亿个', '3.50', '10*8.{cells}'],
    ['１２００万个', '1200', '10*4.{cells}'],
    ['５０００', '5000', '1'],
    ['6千万 个/袋', '6', '10*7.{cells}/{bags}'],
    ['95.0 %', '95.0', '%'],
    ['95％', '95', '%'],
    ['0.5EU/ml', '0.5', 'EU/mL'],
    ['-196 ℃', '-196', 'Cel'],
    ['−80°C', '-80', 'Cel'],
    ['50 μL', '50', 'uL'],
    ['50 µl', '50', 'uL'],
    ['30 分钟', '30', 'min'],
    ['61.5 公斤', '61.5', 'kg'],
    ['.5 mL', '0.5', 'mL'],
    ['007', '7', '1'],
    ['+3', '3', '1'],
    ['2 {copies}/{cell}', '2', '{copies}/{cell}'],
  ])('%s is %s %s', (text, value, unit) => {
    const parsed = parseEntered(text);
    expect(parsed).toEqual({ ok: true, value: { value, unit, asEntered: text } });
    expect(parsed.ok && Quantity.safeParse(parsed.value).success).toBe(true);
  });

  it('takes the unit that is printed beside the field', () => {
    expect(parseEntered('5亿', { unit: '{cells}' })).toMatchObject({ value: { value: '5', unit: '10*8.{cells}' } });
    expect(parseEntered('5 mL', { unit: '{cells}' })).toMatchObject({ value: { unit: 'mL' } });
  });

  it.each([
    ['<0.05 EU/mL', '<'],
    ['＜0.05 EU/mL', '<'],
    ['<=0.05 EU/mL', '≤'],
    ['≥ 0.05 EU/mL', '≥'],
    ['>0.05 EU/mL', '>'],
  ])('%s is censored: %s', (text, comparator) => {
    expect(parseEntered(text)).toMatchObject({ ok: true, value: { value: '0.05', unit: 'EU/mL', comparator } });
  });

  it.each([
    ['1,5', 'quantity.comma'],
    ['1,2000', 'quantity.comma'],
    ['12,34,567', 'quantity.comma'],
    ['abc', 'quantity.entered'],
    ['', 'quantity.entered'],
    ['约500', 'quantity.entered'],
    ['5\u0000', 'quantity.entered'],
    ['5 000 000', 'quantity.unit'],
    ['5x107', 'quantity.unit'],
    ['5 bananas', 'quantity.unit'],
    ['5-6', 'quantity.unit'],
    ['9'.repeat(35), 'quantity.digits'],
    ['9'.repeat(65), 'quantity.entered'],
  ])('%j is refused: %s', (text, code) => {
    expect(parseEntered(text)).toMatchObject({ ok: false, problem: { code } });
  });

  it('means the same however the power of ten was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 0, max: 9 }), (digits, power) => {
        const plain = { value: String(BigInt(digits) * 10n ** BigInt(power)), unit: '{cells}' };
        for (const text of [`${digits}×10^${power} cells`, `${digits}e${power}个`, plain.value]) {
          const parsed = parseEntered(text, { unit: '{cells}' });
          expect(parsed.ok && compareQuantities(parsed.value, plain)).toEqual({ ok: true, value: 0 });
        }
      }),
    );
  });

  it('never throws, and what it accepts fits the schema', () => {
    const pieces = fc.constantFrom(
      ...'0123456789',
      '.',
      ',',
      '-',
      '×10^',
      'e',
      '万',
      '亿',
      '个',
      '/',
      'kg',
      '%',
      ' ',
      '⁷',
      '(',
      '{',
      '}',
      'mL',
      '10*',
      '<',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const parsed = parseEntered(parts.join(''));
        if (parsed.ok) expect(Quantity.safeParse(parsed.value).error).toBeUndefined();
      }),
    );
  });
});
