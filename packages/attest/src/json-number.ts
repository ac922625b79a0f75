/**
 * Whether a JSON number (RFC 8259 §6) names exactly the decimal value that ECMAScript writes for the double nearest to it, and no whole
 * number beyond ±(2^53−1). `95.0`, `1E3` and `0.1` do; `0.10000000000000000001`, `9007199254740993`, `1e400` and `1e-400` do not.
 */
export function isExactNumber(text: string): boolean {
  return numberFault(text) === undefined;
}

export function numberFault(text: string): 'number-out-of-range' | 'number-not-exact' | undefined {
  const value = Number(text);
  if (Number.isInteger(value) ? !Number.isSafeInteger(value) : !Number.isFinite(value)) return 'number-out-of-range';
  // An underflow to zero: no need to weigh its exponent, which may be a million digits long.
  if (value === 0) return /^-?[0.]*[1-9]/.test(text) ? 'number-not-exact' : undefined;
  return decimalOf(text) === decimalOf(String(value)) ? undefined : 'number-not-exact';
}

/** One spelling for one decimal value: sign, digits without zeros at either end, exponent of ten. */
function decimalOf(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  return `${sign}${significant}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length)}`;
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
