const CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*';

/**
 * ISO/IEC 7064:2003 mod 37-2, pure system: weights are powers of 2 from the right, the check character has weight 1, and the sum is
 * congruent to 1 (mod 37). `*` is the value 36 and occurs as check character only. Since 2 generates the whole group modulo 37, every single
 * wrong character and every transposition of two characters up to 36 places apart is caught.
 *
 * @throws RangeError on a character other than 0–9 and A–Z.
 */
export function checkCharacter(text: string): string {
  let sum = 0;
  for (const character of text) {
    const value = CHARACTERS.indexOf(character);
    if (value < 0 || value > 35) throw new RangeError(`isbt128.character: "${character}" is not of 0–9 and A–Z`);
    sum = ((sum + value) * 2) % 37;
  }
  return CHARACTERS[(38 - sum) % 37]!;
}

/** 0–36: the number behind a check character. */
export function checkValue(character: string): number {
  return CHARACTERS.indexOf(character);
}
