import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDigit, parseGs1 } from './index.ts';

const DIGITS = [...'0123456789'];
const number = fc.array(fc.constantFrom(...DIGITS), { minLength: 7, maxLength: 17 });
const checkOf = (digits: readonly string[]) => checkDigit(digits.join(''));

describe('the GS1 check digit', () => {
  it.each([
    ['629104150021', '3'],
    ['37610425002123456', '9'],
  ])('of %s is %s', (digits, expected) => {
    expect(checkDigit(digits)).toBe(expected);
  });

  it('catches every single wrong digit', () => {
    fc.assert(
      fc.property(number, fc.nat(), fc.constantFrom(...DIGITS), (digits, n, other) => {
        const at = n % digits.length;
        fc.pre(digits[at] !== other);
        expect(checkOf(digits.with(at, other))).not.toBe(checkOf(digits));
      }),
    );
  });

  it('misses a transposition of neighbours exactly where they differ by 5', () => {
    fc.assert(
      fc.property(number, fc.nat(), (digits, n) => {
        const at = n % (digits.length - 1);
        const [a, b] = [digits[at]!, digits[at + 1]!];
        fc.pre(a !== b);
        const swapped = digits.with(at, b).with(at + 1, a);
        expect(checkOf(swapped) === checkOf(digits)).toBe(Math.abs(Number(a) - Number(b)) === 5);
      }),
    );
  });
});

describe('a GS1 number', () => {
  it.each([
    ['6291041500213', 'gtin-13', '06291041500213'],
    ['376104250021234569', 'sscc', null],
    ['(00)376104250021234569', 'sscc', null],
    ['(01) 06291041500213', 'gtin-14', '06291041500213'],
    ['96385074', 'gtin-8', '00000096385074'],
    ['036000291452', 'gtin-12', '00036000291452'],
  ])('%s is a %s', (text, kind, gtin14) => {
    expect(parseGs1(text)).toMatchObject({ ok: true, value: { kind, gtin14 } });
  });

  it.each([
    ['6291041500214', 'gs1.check-digit'],
    ['629104150021', 'gs1.check-digit'],
    ['62910415002', 'gs1.length'],
    ['', 'gs1.length'],
    ['629104150021X', 'gs1.digits'],
    ['(00)06291041500213', 'gs1.application-identifier'],
    ['(10)376104250021234569', 'gs1.application-identifier'],
  ])('%s is refused: %s', (text, code) => {
    expect(parseGs1(text)).toMatchObject({ ok: false, problem: { code } });
  });
});
