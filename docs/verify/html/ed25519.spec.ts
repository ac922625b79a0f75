import { createHash, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyNamed } from '../../../test/attacks/ledger.fixture.ts';
import { isPublicKey, signatureHolds } from './core.js';

type Curve = {
  decodePoint(encoded: Uint8Array): { x: bigint; y: bigint } | undefined;
  encodePoint(point: unknown): Uint8Array;
  neutralPoint(): unknown;
  multiplesOf(point: { x: bigint; y: bigint }): unknown;
  addMultiple(to: unknown, table: unknown, scalar: bigint, negative: boolean): void;
};
const curve = (await import(new URL('curve.js', import.meta.url).href)) as Curve;

const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const P = 2n ** 255n - 19n;
const B = curve.multiplesOf(curve.decodePoint(Buffer.from(`58${'66'.repeat(31)}`, 'hex'))!);
/** A point of order 8. */
const T = curve.multiplesOf(
  curve.decodePoint(Buffer.from('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', 'hex'))!,
);
const LOW = [
  ...[
    `01${'00'.repeat(31)}`,
    `01${'00'.repeat(30)}80`,
    `ec${'ff'.repeat(30)}7f`,
    'ff'.repeat(31).replace('ff', 'ec').concat('ff'),
  ],
  ...['00'.repeat(32), `${'00'.repeat(31)}80`],
  ...[
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  ],
  ...[
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  ],
].map((hex) => Buffer.from(hex, 'hex'));

const little = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
const big = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

/** scalar · B + torsion · T */
function point(scalar: bigint, torsion: bigint): Buffer {
  const to = curve.neutralPoint();
  curve.addMultiple(to, B, scalar, false);
  curve.addMultiple(to, T, torsion, false);
  return Buffer.from(curve.encodePoint(to));
}

const [a, r] = [123456789n ** 9n % L, 987654321n ** 8n % L];
const message = Buffer.from('a message');
const challenge = (R: Buffer, A: Buffer) =>
  big(
    createHash('sha512')
      .update(Buffer.concat([R, A, message]))
      .digest(),
  ) % L;
const signed = (R: Buffer, A: Buffer) => Buffer.concat([R, little((r + challenge(R, A) * a) % L)]);

describe('Ed25519 of the page', () => {
  it('takes what others sign, and nothing else', () => {
    for (let n = 0; n < 40; n++) {
      const { publicJwk, privateJwk } = keyNamed(`signer ${n % 5}`);
      const key = Buffer.from(publicJwk.x, 'base64url');
      const text = Buffer.alloc(n * 7, `${n}`);
      const signature = sign(null, text, { key: privateJwk, format: 'jwk' });
      expect(isPublicKey(key)).toBe(true);
      expect(signatureHolds(key, text, signature)).toBe(true);
      signature[(n * 13) % 64]! ^= 1 << (n % 8);
      expect(signatureHolds(key, text, signature)).toBe(false);
    }
  });

  it('knows its own arithmetic to be that of the curve: L·B and 8·T are neutral', () => {
    expect(point(L, 0n).equals(LOW[0]!)).toBe(true);
    expect(point(0n, 8n).equals(LOW[0]!)).toBe(true);
    expect(point(0n, 4n).equals(LOW[2]!)).toBe(true);
  });

  it('is cofactorless: what holds only when multiplied by 8 does not hold', () => {
    const [A, R] = [point(a, 0n), point(r, 0n)];
    expect(signatureHolds(A, message, signed(R, A))).toBe(true);
    const mixedR = point(r, 1n);
    expect(signatureHolds(A, message, signed(mixedR, A))).toBe(false);
    const mixedA = point(a, 1n);
    expect(isPublicKey(mixedA)).toBe(true);
    const leftOver = (8n - (challenge(R, mixedA) % 8n)) % 8n;
    expect(signatureHolds(mixedA, message, signed(R, mixedA))).toBe(leftOver === 0n);
  });

  it('wants S below L', () => {
    const A = point(a, 0n);
    const signature = signed(point(r, 0n), A);
    const [R, S] = [signature.subarray(0, 32), big(signature.subarray(32))];
    for (const n of [1n, 2n, 8n]) expect(signatureHolds(A, message, Buffer.concat([R, little(S + n * L)]))).toBe(false);
    expect(signatureHolds(A, message, signature.subarray(1))).toBe(false);
    expect(signatureHolds(A, message, Buffer.concat([signature, Buffer.of(0)]))).toBe(false);
  });

  it('refuses keys and R of low order, off the curve, and in a spelling that is not canonical', () => {
    const A = point(a, 0n);
    for (const low of LOW) {
      expect(isPublicKey(low)).toBe(false);
      expect(signatureHolds(A, message, Buffer.concat([low, little((challenge(low, A) * a) % L)]))).toBe(false);
    }
    for (const y of [P, P + 1n, P + 3n, 2n ** 255n - 1n, 2n ** 255n + P + 4n]) expect(isPublicKey(little(y))).toBe(false);
    const off = Array.from({ length: 40 }, (_, y) => little(BigInt(y + 2))).filter((key) => !isPublicKey(key));
    expect(off.length).toBeGreaterThan(5);
    expect(isPublicKey(A.subarray(1))).toBe(false);
  });
});
