import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256, sha512 } from './core.js';

describe.each([
  ['sha256', sha256],
  ['sha512', sha512],
] as const)('%s of the page', (name, own) => {
  it('is that of other implementations, at every length around its blocks', () => {
    for (let length = 0; length < 400; length++) {
      const bytes = randomBytes(length);
      expect(Buffer.from(own(bytes)).toString('hex'), `${length} bytes`).toBe(createHash(name).update(bytes).digest('hex'));
    }
  });

  it('of a large file too', () => {
    const bytes = Buffer.alloc(1_000_001, 'cytoledger');
    expect(Buffer.from(own(bytes)).toString('hex')).toBe(createHash(name).update(bytes).digest('hex'));
  });
});
