/**
 * The constants of SHA-2 (FIPS 180-4 §4.2.2, §4.2.3, §5.3.3, §5.3.5), calculated: the first 64 bits of the fractional parts of the square or cube
 * roots of the first primes. SHA-256 uses the first 32 of them.
 *
 * @param {number} count
 * @param {bigint} degree 2 or 3
 * @returns {Int32Array} high word, low word, …
 */
export function rootWords(count, degree) {
  return Int32Array.from(
    firstPrimes(count).flatMap((prime) => {
      const fraction = rootFraction(prime, degree);
      return [Number(fraction >> 32n) | 0, Number(fraction & 0xffffffffn) | 0];
    }),
  );
}

/** @param {number} count */
function firstPrimes(count) {
  /** @type {bigint[]} */
  const primes = [];
  for (let n = 2n; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0n)) primes.push(n);
  return primes;
}

/**
 * @param {bigint} value
 * @param {bigint} degree
 * @returns {bigint} ⌊value^(1/degree) · 2^64⌋ mod 2^64
 */
function rootFraction(value, degree) {
  const target = value << (64n * degree);
  let low = 0n;
  let high = 1n << 72n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= target) low = middle;
    else high = middle;
  }
  return low & ((1n << 64n) - 1n);
}
