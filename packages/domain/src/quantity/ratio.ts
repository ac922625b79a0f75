import { scaled, written } from './decimal.ts';

/** An exact fraction in lowest terms; the denominator is positive. */
export interface Ratio {
  readonly over: bigint;
  readonly under: bigint;
}

export function ratio(over: bigint, under = 1n): Ratio {
  const divisor = gcd(over < 0n ? -over : over, under < 0n ? -under : under);
  const sign = under < 0n ? -1n : 1n;
  return { over: (sign * over) / divisor, under: (sign * under) / divisor };
}

export const ONE = ratio(1n);

/** @throws RangeError when the text is no decimal. */
export function ratioOf(decimal: string): Ratio {
  const { units, scale } = scaled(decimal);
  return ratio(units, 10n ** BigInt(scale));
}

export const plus = (a: Ratio, b: Ratio): Ratio => ratio(a.over * b.under + b.over * a.under, a.under * b.under);
export const times = (a: Ratio, b: Ratio): Ratio => ratio(a.over * b.over, a.under * b.under);
export const inverse = (a: Ratio): Ratio => ratio(a.under, a.over);
export const minus = (a: Ratio, b: Ratio): Ratio => plus(a, ratio(-b.over, b.under));

export function power(base: Ratio, exponent: number): Ratio {
  if (exponent < 0) return power(inverse(base), -exponent);
  return ratio(base.over ** BigInt(exponent), base.under ** BigInt(exponent));
}

export function compareRatio(a: Ratio, b: Ratio): -1 | 0 | 1 {
  const difference = a.over * b.under - b.over * a.under;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** A fraction as a decimal: exact where it ends, otherwise rounded half to even at that many significant digits. */
export function decimalOf(value: Ratio, significantDigits: number): { readonly value: string; readonly exact: boolean } {
  const scale = decimalPlaces(value.under);
  if (scale !== null) return { value: written({ units: (value.over * 10n ** BigInt(scale)) / value.under, scale }), exact: true };
  const magnitude = value.over < 0n ? -value.over : value.over;
  let places = significantDigits - String(magnitude / value.under).length;
  if (magnitude < value.under) places += leadingZeros(magnitude, value.under) + 1;
  const [over, under] =
    places >= 0 ? [magnitude * 10n ** BigInt(places), value.under] : [magnitude, value.under * 10n ** BigInt(-places)];
  const rounded = halfEven(over, under) * (value.over < 0n ? -1n : 1n);
  return { value: places >= 0 ? written({ units: rounded, scale: places }) : `${rounded}${'0'.repeat(-places)}`, exact: false };
}

/** Places after the point that a fraction with this denominator needs; null when it never ends. */
function decimalPlaces(under: bigint): number | null {
  let [rest, twos, fives] = [under, 0, 0];
  for (; rest % 2n === 0n; rest /= 2n) twos++;
  for (; rest % 5n === 0n; rest /= 5n) fives++;
  return rest === 1n ? Math.max(twos, fives) : null;
}

function leadingZeros(over: bigint, under: bigint): number {
  let zeros = 0;
  for (let scaledUp = over * 10n; scaledUp < under; scaledUp *= 10n) zeros++;
  return zeros;
}

function halfEven(over: bigint, under: bigint): bigint {
  const [quotient, twice] = [over / under, (over % under) * 2n];
  return twice > under || (twice === under && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
