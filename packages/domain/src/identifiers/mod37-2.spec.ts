import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCharacter, checkValue } from './index.ts';

const ALPHABET = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const text = fc.array(fc.constantFrom(...ALPHABET), { minLength: 2, maxLength: 15 });
const checkOf = (characters: readonly string[]) => checkCharacter(characters.join(''));

describe('the mod 37-2 check character', () => {
  it.each([
    ['G123417654321', 'A', 70],
    ['G123498654321', 'H', 77],
    ['A999921123456', '3', 63],
  ])('of %s is %s, as flags %i', (din, character, flags) => {
    expect(checkCharacter(din)).toBe(character);
    expect(60 + checkValue(character)).toBe(flags);
  });

  it('catches every single wrong character', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.constantFrom(...ALPHABET), (characters, n, other) => {
        const at = n % characters.length;
        fc.pre(characters[at] !== other);
        expect(checkOf(characters.with(at, other))).not.toBe(checkOf(characters));
      }),
    );
  });

  it('catches every transposition, of neighbours and of others', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(), (characters, m, n) => {
        const [i, j] = [m % characters.length, n % characters.length];
        fc.pre(characters[i] !== characters[j]);
        expect(checkOf(characters.with(i, characters[j]!).with(j, characters[i]!))).not.toBe(checkOf(characters));
      }),
    );
  });

  it('can be the asterisk, which stands for 36', () => {
    const star = Array.from({ length: 1000 }, (_, n) => `A9999${String(n).padStart(8, '0')}`).find(
      (din) => checkCharacter(din) === '*',
    );
    expect(star).toBeDefined();
    expect(checkValue('*')).toBe(36);
  });

  it('is not made for other characters', () => {
    expect(() => checkCharacter('G1234-1')).toThrow(/isbt128\.character/);
    expect(() => checkCharacter('*')).toThrow(RangeError);
  });
});
