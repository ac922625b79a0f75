/** Checks of encoded points of edwards25519 (RFC 8032 §5.1) that signature libraries leave out or disagree on. */

const P = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const SIGN_BIT = 2n ** 255n;

/**
 * Encodings, in hex, of the eight points whose order divides 8, and of the two that set the sign of a zero x. With such a key one signature
 * fits many messages.
 */
const LOW_ORDER = new Set([
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
]);

/** Whether 32 bytes encode a point of small order. A non-canonical encoding of one is not looked for: {@link isCanonicalPoint} refuses it. */
export function isLowOrder(point: Buffer): boolean {
  return LOW_ORDER.has(point.toString('hex'));
}

/** Whether the y of an encoding is reduced, y < 2^255 − 19. */
export function isCanonicalPoint(point: Buffer): boolean {
  return yOf(point) < P;
}

/** Whether some point of the curve has this y: x² = (y² − 1) / (d·y² + 1) has a solution (RFC 8032 §5.1.3). */
export function isOnCurve(point: Buffer): boolean {
  const y2 = (yOf(point) * yOf(point)) % P;
  const u = (y2 - 1n + P) % P;
  const v = (D * y2 + 1n) % P;
  // Euler's criterion for u/v, which is a square exactly where u·v is.
  const criterion = power((u * v) % P, (P - 1n) / 2n);
  return criterion === 0n || criterion === 1n;
}

function yOf(point: Buffer): bigint {
  return BigInt(`0x${Buffer.from(point).reverse().toString('hex')}`) % SIGN_BIT;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = base, e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * b) % P;
    b = (b * b) % P;
  }
  return result;
}
