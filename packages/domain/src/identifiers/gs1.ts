import { misread, type Parsed, understood } from '../vocabulary/index.ts';
import { normalised } from './normalised.ts';

export interface Gs1Key {
  readonly kind: 'gtin-8' | 'gtin-12' | 'gtin-13' | 'gtin-14' | 'sscc';
  readonly digits: string;
  readonly checkDigit: string;
  /** Fourteen digits, as GS1 keys are compared across lengths (GS1 General Specifications §3.3.2); null for an SSCC. */
  readonly gtin14: string | null;
}

const KINDS: Readonly<Record<number, Gs1Key['kind']>> = { 8: 'gtin-8', 12: 'gtin-12', 13: 'gtin-13', 14: 'gtin-14', 18: 'sscc' };

/**
 * GS1 General Specifications §7.9: weights 3 and 1 in turn from the right, the sum rounded up to the next ten. Every single wrong digit is
 * caught. A transposition of neighbours a and b changes the sum by 2·(a − b), so it goes unseen exactly where the two differ by 5 (0–5, 1–6,
 * 2–7, 3–8, 4–9), and where they are equal and nothing has changed.
 */
export function checkDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  return String((10 - (sum % 10)) % 10);
}

/** GTIN-8, -12, -13, -14 or SSCC-18: bare digits, or behind the application identifier of its kind, `(01)` or `(00)`. */
export function parseGs1(text: string): Parsed<Gs1Key> {
  const given = normalised(text);
  const identifier = /^\((\d{2})\)/.exec(given)?.[1];
  const digits = identifier === undefined ? given : given.slice(4);
  if (!/^\d*$/.test(digits)) {
    return misread('gs1.digits', 'a GS1 number has digits only', 'GS1 编码只含数字', { expected: '0–9', given: digits });
  }
  const kind = KINDS[digits.length];
  if (kind === undefined) {
    return misread(
      'gs1.length',
      `a GS1 number has 8, 12, 13, 14 or 18 digits, not ${digits.length}`,
      `GS1 编码应为 8、12、13、14 或 18 位，实际为 ${digits.length} 位`,
      {
        expected: '8 | 12 | 13 | 14 | 18',
        given: String(digits.length),
      },
    );
  }
  const belongs = kind === 'sscc' ? '00' : '01';
  if (identifier !== undefined && (identifier !== belongs || (belongs === '01' && digits.length !== 14))) {
    return misread(
      'gs1.application-identifier',
      `(${identifier}) does not introduce ${digits.length} digits`,
      `应用标识符 (${identifier}) 之后不应为 ${digits.length} 位数字`,
      {
        expected: '(00) with 18, or (01) with 14',
        given: `(${identifier})`,
      },
    );
  }
  const [expected, last] = [checkDigit(digits.slice(0, -1)), digits.at(-1)!];
  if (expected !== last) {
    return misread(
      'gs1.check-digit',
      `the check digit is ${last}, but ${expected} belongs to this number`,
      `校验位为 ${last}，但该编码对应 ${expected}`,
      {
        expected,
        given: last,
      },
    );
  }
  return understood({ kind, digits, checkDigit: last, gtin14: kind === 'sscc' ? null : digits.padStart(14, '0') });
}
