import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDecimal, compareDecimal, Decimal, multiplyDecimal, parseDecimal, subtractDecimal } from './index.ts';

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.array(fc.constantFrom(...'0123456789'), { maxLength: 12 }))
  .map(([whole, fraction]) => (fraction.length > 0 ? `${whole}.${fraction.join('')}` : `${whole}`));

describe('a decimal', () => {
  it.each(['0', '95.0', '-196', '0.05', '6.50', '0.0000000001', '9'.repeat(34), `0.${'0'.repeat(20)}${'1'.repeat(34)}`])(
    '%s is kept as it is',
    (text) => {
      expect(Decimal.parse(text)).toBe(text);
    },
  );

  it.each(['', ' 1', '1 ', '+1', '01', '.5', '5.', '1e6', '1,000', '１２', 'NaN', '--1', '0x10', '1.2.3', '1\n'])(
    '%j is none',
    (text) => {
      expect(parseDecimal(text)).toMatchObject({ ok: false, problem: { code: 'quantity.decimal' } });
      expect(() => compareDecimal(text, '1')).toThrow(/quantity\.decimal/);
    },
  );

  it('has at most 34 significant digits, and zeros in front do not count', () => {
    expect(parseDecimal(`1${'0'.repeat(34)}`)).toMatchObject({ ok: false, problem: { code: 'quantity.digits', given: '35' } });
    expect(parseDecimal(`0.00${'1'.repeat(34)}`).ok).toBe(true);
    expect(parseDecimal('0'.repeat(1)).ok).toBe(true);
  });

  it('is not a JSON number', () => {
    expect(Decimal.safeParse(95).success).toBe(false);
  });
});

describe('decimal arithmetic', () => {
  it('is exact where floating point is not', () => {
    expect(addDecimal('0.1', '0.2')).toBe('0.3');
    expect(multiplyDecimal('1.1', '1.1')).toBe('1.21');
    expect(compareDecimal('9007199254740993', '9007199254740992')).toBe(1);
  });

  it('keeps the places that were reported', () => {
    expect(addDecimal('94.50', '0.5')).toBe('95.00');
    expect(subtractDecimal('1.0', '1.05')).toBe('-0.05');
    expect(multiplyDecimal('2.0', '3')).toBe('6.0');
    expect(compareDecimal('95.0', '95')).toBe(0);
    expect(compareDecimal('-0.0', '0')).toBe(0);
  });

  it('adds and takes away again without loss', () => {
    fc.assert(fc.property(decimal, decimal, (a, b) => compareDecimal(subtractDecimal(addDecimal(a, b), b), a) === 0));
  });

  it('is commutative and distributes', () => {
    fc.assert(
      fc.property(decimal, decimal, decimal, (a, b, c) => {
        expect(addDecimal(a, b)).toBe(addDecimal(b, a));
        expect(multiplyDecimal(a, b)).toBe(multiplyDecimal(b, a));
        const [left, right] = [multiplyDecimal(a, addDecimal(b, c)), addDecimal(multiplyDecimal(a, b), multiplyDecimal(a, c))];
        expect(compareDecimal(left, right)).toBe(0);
      }),
    );
  });

  it('orders as subtraction does', () => {
    fc.assert(fc.property(decimal, decimal, (a, b) => compareDecimal(a, b) === compareDecimal(subtractDecimal(a, b), '0')));
  });
});
