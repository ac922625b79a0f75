import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merkleRoot } from '../merkle.ts';
import { HashPlan } from './hash-plan.ts';

const HASHES = 64;
const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

function sha256(...parts: Uint8Array[]): Buffer {
  return hash('sha256', Buffer.concat(parts), 'buffer');
}

describe.each([
  ['four at a time', true],
  ['one by one, where the machine has no vectors', false],
])('hashes that are computed %s', (_, hasVectors) => {
  const plan = () => new HashPlan(HASHES * 32, hasVectors);

  it('are those of node:crypto, for any nodes and rungs and any number of them', () => {
    const together = plan();
    fc.assert(
      fc.property(fc.array(fc.tuple(bytes, bytes, fc.nat(255), fc.boolean()), { minLength: 1, maxLength: 20 }), (jobs) => {
        for (const [n, [left, right, first, isNode]] of jobs.entries()) {
          together.bytes.set(left, 96 * n);
          together.bytes.set(right, 96 * n + 32);
          if (isNode) together.node(first, 96 * n, 96 * n + 32, 96 * n + 64, 0);
          else together.rung(first, 96 * n, 96 * n + 64, 0);
        }
        together.run();
        for (const [n, [left, right, first, isNode]] of jobs.entries()) {
          const wanted = isNode ? sha256(Uint8Array.of(first), left, right) : sha256(Uint8Array.of(3, first), left);
          expect(together.bytes.toString('hex', 96 * n + 64, 96 * n + 96)).toBe(wanted.toString('hex'));
        }
      }),
    );
  });

  it('make the root of RFC 6962 §2.1 level by level, in the place of what they read', () => {
    const together = plan();
    const leaves = Array.from({ length: HASHES }, (_, n) => sha256(Buffer.from(`leaf ${n}`)));
    for (const [n, leaf] of leaves.entries()) together.bytes.set(leaf, 32 * n);
    for (let level = 0, width = 2; width <= HASHES; level++, width *= 2)
      for (let n = 0; n < HASHES; n += width) together.node(1, 32 * n, 32 * (n + width / 2), 32 * n, level);

    together.run();

    expect(together.bytes.subarray(0, 32)).toEqual(merkleRoot(leaves));
  });

  it('are forgotten when they were cleared, and noted anew behind that', () => {
    const together = plan();
    together.node(1, 0, 32, 64, 3);
    together.clear();
    together.run();
    expect(together.bytes.subarray(64, 96)).toEqual(Buffer.alloc(32));

    together.node(1, 0, 32, 64, 0);
    together.run();
    expect(together.bytes.subarray(64, 96)).toEqual(sha256(Uint8Array.of(1), Buffer.alloc(64)));
  });
});
