import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';

const kafkajs = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/crc32C') as (bytes: Buffer) => number;

describe('CRC-32C', () => {
  it('has the check value of its catalogue entry', () => {
    expect(crc32c(Buffer.from('123456789'), 0, 9)).toBe(0xe3069283);
  });

  it('is kafkajs’s, of any part of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(20), fc.nat(20), (bytes, before, after) => {
        const to = Math.max(before, bytes.length - after);
        const part = bytes.subarray(before, to);
        expect(crc32c(bytes, before, before + part.length)).toBe(kafkajs(Buffer.from(part)));
      }),
    );
  });
});
