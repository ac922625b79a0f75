import { describe, expect, it } from 'vitest';
import { isLowOrder, isOnCurve } from './ed25519-point.ts';
import { checkPublicKey, generateKey, verifyJws } from './index.ts';

const P = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const mod = (n: bigint) => ((n % P) + P) % P;
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = (b * b) % P) if (e & 1n) result = (result * b) % P;
  return result;
}
const inverse = (n: bigint) => power(n, P - 2n);
type Point = readonly [x: bigint, y: bigint];
function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const k = mod(D * x1 * x2 * y1 * y2);
  return [mod((x1 * y2 + x2 * y1) * inverse(1n + k)), mod((y1 * y2 + x1 * x2) * inverse(1n - k))];
}
/** RFC 8032 §5.1.3. */
function decode(bytes: Buffer): Point | undefined {
  const number = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  const y = number % 2n ** 255n;
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * power(2n, (P - 1n) / 4n));
  if (mod(x * x) !== square) return undefined;
  return [x % 2n === number / 2n ** 255n ? x : mod(-x), y];
}
const encode = ([x, y]: Point): Buffer => {
  const number = y + (x % 2n) * 2n ** 255n;
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse();
};
const jwk = (point: Buffer) => ({ kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') });
const refused = (code: string) => expect.objectContaining({ code });

describe('checkPublicKey', () => {
  it('accepts generated keys', () => {
    for (let i = 0; i < 20; i++) checkPublicKey(generateKey().publicJwk);
  });

  it('refuses all eight points of low order, found here by adding one of order eight to itself', () => {
    const generator = decode(Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex'))!;
    const found = new Set<string>();
    for (let point = generator, n = 0; n < 8; n++, point = add(point, generator)) {
      found.add(encode(point).toString('hex'));
      expect(() => checkPublicKey(jwk(encode(point)))).toThrow(refused('low-order-key'));
    }
    expect(found.size).toBe(8);
    expect(isLowOrder(Buffer.from(`${'01'.padEnd(62, '0')}80`, 'hex'))).toBe(true);
  });

  it('refuses points whose y is not reduced', () => {
    for (let excess = 0n; excess < 19n; excess++) {
      const bytes = Buffer.from((P + excess).toString(16).padStart(64, '0'), 'hex').reverse();
      expect(() => checkPublicKey(jwk(bytes))).toThrow(refused('non-canonical-key'));
    }
  });

  it('refuses what is no point of the curve', () => {
    let off = 0;
    for (let y = 2n; y < 40n; y++) {
      const bytes = Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse();
      const exists = decode(bytes) !== undefined;
      expect(isOnCurve(bytes)).toBe(exists);
      if (exists) continue;
      off++;
      expect(() => checkPublicKey(jwk(bytes))).toThrow(refused('invalid-key'));
    }
    expect(off).toBeGreaterThan(5);
  });

  it('refuses other kinds of keys, other lengths, other spellings and private keys', () => {
    const { publicJwk, privateJwk } = generateKey();
    expect(() => checkPublicKey(privateJwk)).toThrow(refused('invalid-key'));
    expect(() => checkPublicKey({ ...publicJwk, crv: 'X25519' })).toThrow(refused('invalid-key'));
    expect(() => checkPublicKey({ ...publicJwk, x: `${publicJwk.x}=` })).toThrow(refused('invalid-base64url'));
    expect(() => checkPublicKey({ ...publicJwk, x: publicJwk.x.slice(4) })).toThrow(refused('invalid-key'));
    expect(() => checkPublicKey(null)).toThrow(refused('invalid-key'));
  });

  it('stands before every verification', () => {
    const low = jwk(Buffer.from('01'.padEnd(64, '0'), 'hex')) as ReturnType<typeof generateKey>['publicJwk'];
    expect(() => verifyJws('a.b.c', low, 'x')).toThrow(refused('low-order-key'));
  });
});
