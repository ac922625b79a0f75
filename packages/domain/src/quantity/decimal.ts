import type * as z from 'zod';
import { misread, type Parsed, textReadBy, understood } from '../vocabulary/index.ts';

/** IEEE 754 decimal128 holds 34 digits: what every database and language with decimals can take over exactly. */
export const MAX_SIGNIFICANT_DIGITS = 34;
const MAX_LENGTH = 64;

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** Refuses what is no plain decimal: an exponent, a sign `+`, leading zeros, a bare point, more than 34 significant digits. */
export function parseDecimal(text: string): Parsed<string> {
  if (text.length > MAX_LENGTH || !DECIMAL.test(text)) {
    return misread(
      'quantity.decimal',
      `"${text.slice(0, MAX_LENGTH)}" is no plain decimal number`,
      `“${text.slice(0, MAX_LENGTH)}”不是普通十进制数`,
      {
        expected: '-12.50',
        given: text.slice(0, MAX_LENGTH),
      },
    );
  }
  const significant = text.replace(/[-.]/g, '').replace(/^0+/, '').length;
  if (significant <= MAX_SIGNIFICANT_DIGITS) return understood(text);
  return misread(
    'quantity.digits',
    `${significant} significant digits are more than ${MAX_SIGNIFICANT_DIGITS}`,
    `${significant} 位有效数字超过 ${MAX_SIGNIFICANT_DIGITS} 位`,
    {
      expected: `≤ ${MAX_SIGNIFICANT_DIGITS}`,
      given: String(significant),
    },
  );
}

/** A number as it was reported, as text: `95.0` keeps its zero, which RFC 8785 would drop from a JSON number. */
export const Decimal = textReadBy(parseDecimal).meta({ examples: ['95.0'], pattern: DECIMAL.source });
export type Decimal = z.infer<typeof Decimal>;

/** `units` · 10^−`scale`. */
interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

/** Less than, equal to or greater than zero as `a` is to `b`; `1.0` equals `1`. @throws RangeError when one is no decimal. */
export function compareDecimal(a: string, b: string): -1 | 0 | 1 {
  const [left, right] = aligned(a, b);
  return left.units < right.units ? -1 : left.units > right.units ? 1 : 0;
}

/** Exact; as many decimal places as the finer of the two. @throws RangeError when one is no decimal. */
export function addDecimal(a: string, b: string): string {
  const [left, right] = aligned(a, b);
  return written({ units: left.units + right.units, scale: left.scale });
}

/** Exact; as many decimal places as the finer of the two. @throws RangeError when one is no decimal. */
export function subtractDecimal(a: string, b: string): string {
  const [left, right] = aligned(a, b);
  return written({ units: left.units - right.units, scale: left.scale });
}

/** Exact; as many decimal places as the two have together. @throws RangeError when one is no decimal. */
export function multiplyDecimal(a: string, b: string): string {
  const [left, right] = [scaled(a), scaled(b)];
  return written({ units: left.units * right.units, scale: left.scale + right.scale });
}

/** @throws RangeError when the text is no decimal. Results of arithmetic may have more than 34 digits. */
export function scaled(text: string): Scaled {
  if (!DECIMAL.test(text)) throw new RangeError(`quantity.decimal: "${text.slice(0, MAX_LENGTH)}" is no plain decimal number`);
  const [whole, fraction = ''] = text.split('.') as [string, string?];
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

export function written({ units, scale }: Scaled): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const sign = units < 0n ? '-' : '';
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function aligned(a: string, b: string): [Scaled, Scaled] {
  const [left, right] = [scaled(a), scaled(b)];
  const scale = Math.max(left.scale, right.scale);
  return [raised(left, scale), raised(right, scale)];
}

function raised({ units, scale }: Scaled, to: number): Scaled {
  return { units: units * 10n ** BigInt(to - scale), scale: to };
}
