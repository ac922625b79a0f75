import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inclusionPath, merkleRoot } from '../merkle.ts';
import { sha256 } from '../node-crypto.ts';
import { batchProof, pathsOfBatch, rootOfBatch } from './batch-proof.ts';

const LEAVES = Array.from({ length: 300 }, (_, n) => sha256(`leaf ${n}`));
const subtree = (low: number, high: number) => merkleRoot(LEAVES.slice(low, high));

/** A size, and some of its indices in order. */
const asked = fc
  .integer({ min: 1, max: LEAVES.length })
  .chain((size) => fc.tuple(fc.constant(size), fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }), { maxLength: 40 })))
  .map(([size, indices]) => ({ size, indices: indices.sort((a, b) => a - b) }));

const proven = (indices: readonly number[]) => ({ indices, leafAt: (place: number) => LEAVES[indices[place]!]! });

it('leads from any leaves to the root of the tree', () => {
  fc.assert(
    fc.property(asked, ({ size, indices }) => {
      const proof = [...batchProof(size, indices, subtree)];
      expect(rootOfBatch(size, proven(indices), proof)).toEqual(subtree(0, size));
    }),
  );
});

it('is no longer than the single paths together, and gives each of them', () => {
  fc.assert(
    fc.property(asked, ({ size, indices }) => {
      const proof = [...batchProof(size, indices, subtree)];
      const paths = indices.map((index) => inclusionPath(index, LEAVES.slice(0, size)));
      expect(pathsOfBatch(size, proven(indices), proof)).toEqual(paths);
      if (indices.length > 0) expect(proof.length).toBeLessThanOrEqual(paths.flat().length);
    }),
  );
});

it('leads nowhere with a hash too many, too few or exchanged, or with another leaf or index', () => {
  fc.assert(
    fc.property(asked, fc.nat(), ({ size, indices }, n) => {
      const proof = [...batchProof(size, indices, subtree)];
      const root = subtree(0, size);
      const fails = (hashes: readonly Buffer[], leaves = proven(indices)) =>
        expect(rootOfBatch(size, leaves, hashes)?.equals(root) ?? false).toBe(false);
      fails([...proof, sha256('more')]);
      if (proof.length > 0) {
        fails(proof.slice(1));
        fails(proof.with(n % proof.length, sha256('other')));
      }
      if (indices.length > 0) fails(proof, { ...proven(indices), leafAt: () => sha256('another leaf') });
    }),
  );
});
