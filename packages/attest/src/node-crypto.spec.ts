import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hmacSha256 } from './node-crypto.ts';

describe('hmacSha256', () => {
  it('makes what RFC 4231 test case 2 says', () => {
    expect(hmacSha256(Buffer.from('Jefe'), 'what do ya want for nothing?').toString('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('agrees with node:crypto for any key and message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 150 }), fc.string({ unit: 'binary', maxLength: 700 }), (key, message) => {
        expect(hmacSha256(key, message)).toEqual(createHmac('sha256', key).update(message).digest());
      }),
    );
  });
});
