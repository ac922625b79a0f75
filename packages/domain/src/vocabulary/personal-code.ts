/** What a text that should be a code turned out to hold. */
export type PersonalCode = 'resident-id' | 'mobile-number';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** GB 11643-1999 §4.2: ISO/IEC 7064 mod 11-2 over the first 17 digits; position weights and the check character for each remainder. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_CHARACTERS = '10X98765432';

/** GB/T 2260: province level, with 81–83 for the residence permits of Hong Kong, Macao and Taiwan residents. */
const PROVINCES = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(' '),
);

/** Mainland mobile numbers have 11 digits and begin with 13–19 (numbering plan of the MIIT, 电信网编号计划 2017), with or without 86. */
const MOBILE = /(?<!\d)(?:(?:\+|00)?86[ -]?)?1[3-9]\d(?:\d{8}|([ -])\d{4}\1\d{4})(?!\d)/;

const MOBILE_DIGITS = 11;

const RESIDENT_ID = /(?=(\d{17}[\dX]))/g;

/**
 * Whether a code holds a resident identity number or a mainland mobile number: "a code on a label must not contain a name or a
 * national or hospital number" (21 CFR 1271.290). Null when it does not.
 *
 * A resident number is recognised by province, birth date and check character, anywhere in the text and through blanks, dots and
 * dashes; a mobile number only where no further digit touches it, since any long serial number contains eleven fitting digits. A UUID is
 * never taken for either. Names, hospital numbers and the 15-digit numbers of before 1999 have no checkable shape and are not seen.
 */
export function looksLikePersonalCode(text: string): PersonalCode | null {
  if (hasFewDigits(text)) return null;
  const plain = text.normalize('NFKC').toUpperCase().trim();
  if (UUID.test(plain)) return null;
  if (holdsResidentId(plain.replace(/[\s.\-_/]/g, ''))) return 'resident-id';
  return MOBILE.test(plain) ? 'mobile-number' : null;
}

/** The shortest of these numbers has eleven digits. True only of ASCII: other alphabets write digits of their own. */
function hasFewDigits(text: string): boolean {
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c > 0x7f) return false;
    if (c >= 0x30 && c <= 0x39) digits++;
  }
  return digits < MOBILE_DIGITS;
}

function holdsResidentId(text: string): boolean {
  return [...text.matchAll(RESIDENT_ID)].some(([, candidate]) => isResidentId(candidate!));
}

function isResidentId(id: string): boolean {
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(id[i]), 0);
  return CHECK_CHARACTERS[sum % 11] === id[17] && PROVINCES.has(id.slice(0, 2)) && isBirthDate(id.slice(6, 14));
}

function isBirthDate(digits: string): boolean {
  const [year, month, day] = [Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6))];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1850 && year <= 2200 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
