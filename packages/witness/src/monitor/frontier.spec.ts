import { merkleLeaf, merkleRoot } from '@cytoledger/attest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Frontier } from './frontier.ts';

const leaves = Array.from({ length: 300 }, (_, i) => merkleLeaf(Buffer.from(`entry ${i}`)));
const sizes = fc.integer({ min: 0, max: leaves.length });

function grown(count: number): Frontier {
  const frontier = Frontier.empty();
  for (const leaf of leaves.slice(0, count)) frontier.add(leaf);
  return frontier;
}

describe('the right edge of a tree', () => {
  it('has the root of RFC 6962 at every size', () => {
    fc.assert(
      fc.property(sizes, (size) =>
        grown(size)
          .root()
          .equals(merkleRoot(leaves.slice(0, size))),
      ),
      { numRuns: 60 },
    );
  });

  it('goes on from its bytes as if it had never stopped', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const resumed = Frontier.read(size, grown(size).bytes())!;
        for (const leaf of leaves.slice(size)) resumed.add(leaf);
        return resumed.root().equals(merkleRoot(leaves));
      }),
      { numRuns: 60 },
    );
  });

  it('is not read from the bytes of another size', () => {
    expect(Frontier.read(7, grown(8).bytes())).toBeUndefined();
    expect(Frontier.read(8, grown(7).bytes())).toBeUndefined();
  });
});
