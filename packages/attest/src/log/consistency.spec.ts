import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyFrom,
  inclusionFrom,
  inclusionPath,
  merkleLeaf,
  merkleRoot,
  type NodeAt,
  rootFrom,
  verifyConsistency,
} from '../index.ts';

const VECTORS = new URL('../../../../../shared/vectors/rfc6962-consistency.json', import.meta.url);
const present = existsSync(VECTORS);
if (!present) console.warn('skipped: the RFC 6962 vectors (../shared/vectors/rfc6962-consistency.json) are not on this machine');

type Vector = {
  case: string;
  size1: number;
  size2: number;
  root1: string;
  root2: string;
  proof: string[] | null;
  wantErr: boolean;
};
const vectors: Vector[] = present ? JSON.parse(readFileSync(VECTORS, 'utf8')) : [];
const bytes = (base64: string) => Buffer.from(base64, 'base64');
const refused = (code: string) => expect.objectContaining({ code });

const leaves = Array.from({ length: 300 }, (_, i) => merkleLeaf(Buffer.from(String(i))));
const nodeAt: NodeAt = (height, index) => merkleRoot(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height));

/** The recursion of RFC 9162 §2.1.4.1, word for word. */
function definedProof(m: number, of: Buffer[]): Buffer[] {
  const subproof = (size: number, d: Buffer[], whole: boolean): Buffer[] => {
    if (size === d.length) return whole ? [] : [merkleRoot(d)];
    let k = 1;
    while (k * 2 < d.length) k *= 2;
    return size <= k
      ? [...subproof(size, d.slice(0, k), whole), merkleRoot(d.slice(k))]
      : [...subproof(size - k, d.slice(k), false), merkleRoot(d.slice(0, k))];
  };
  return subproof(m, of, true);
}

const sizes = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }))
  .map((both) => both.sort((a, b) => a - b));

describe('consistency of two trees', () => {
  it.skipIf(!present).each(vectors)('is judged as published in $case', ({ size1, size2, root1, root2, proof, wantErr }) => {
    const check = () =>
      verifyConsistency({ size1, size2, root1: bytes(root1), root2: bytes(root2), path: (proof ?? []).map(bytes) });
    // Some of them stand for any hash with a few letters, where only the sizes matter. A hash is 32 bytes here all the same.
    const isHash = [root1, root2, ...(proof ?? [])].every((hash) => bytes(hash).length === 32);
    if (wantErr || !isHash) expect(check).toThrow(expect.objectContaining({ name: 'AttestError' }));
    else expect(check).not.toThrow();
  });

  it('is proved by the path that RFC 9162 defines, for any two sizes', () => {
    fc.assert(
      fc.property(sizes, ([size1, size2]) => {
        const path = consistencyFrom(nodeAt, size1!, size2!);
        expect(path).toEqual(definedProof(size1!, leaves.slice(0, size2)));
        const [root1, root2] = [merkleRoot(leaves.slice(0, size1)), merkleRoot(leaves.slice(0, size2))];
        verifyConsistency({ size1: size1!, root1, size2: size2!, root2, path });
      }),
    );
  });

  it('is not proved by any other path, size or root', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat({ max: 255 }), ([size1, size2], pick, bit) => {
        const good = {
          size1: size1!,
          size2: size2!,
          root1: merkleRoot(leaves.slice(0, size1)),
          root2: merkleRoot(leaves.slice(0, size2)),
          path: consistencyFrom(nodeAt, size1!, size2!),
        };
        const flipped = (hash: Buffer) => {
          const other = Buffer.from(hash);
          other[bit >> 3]! ^= 1 << (bit & 7);
          return other;
        };
        expect(() => verifyConsistency({ ...good, root1: flipped(good.root1) })).toThrow(refused('root-mismatch'));
        expect(() => verifyConsistency({ ...good, root2: flipped(good.root2) })).toThrow(refused('root-mismatch'));
        expect(() => verifyConsistency({ ...good, path: [...good.path, good.root1] })).toThrow(refused('path-length-mismatch'));
        if (good.path.length === 0) return;
        const at = pick % good.path.length;
        expect(() => verifyConsistency({ ...good, path: good.path.with(at, flipped(good.path[at]!)) })).toThrow(
          refused('root-mismatch'),
        );
        expect(() => verifyConsistency({ ...good, path: good.path.toSpliced(at, 1) })).toThrow();
      }),
    );
  });

  it('cannot be shown from size 0, backwards, beyond 2^53 or with hashes that are not 32 bytes', () => {
    const root = leaves[0]!;
    const same = { size1: 1, root1: root, size2: 1, root2: root, path: [] };
    verifyConsistency(same);
    expect(() => verifyConsistency({ ...same, size1: 0 })).toThrow(refused('invalid-tree-size'));
    expect(() => verifyConsistency({ ...same, size1: 2 })).toThrow(refused('invalid-tree-size'));
    expect(() => verifyConsistency({ ...same, size2: 2 ** 53 })).toThrow(refused('invalid-tree-size'));
    expect(() => verifyConsistency({ ...same, root1: root.subarray(1) })).toThrow(refused('invalid-hash'));
    expect(() => verifyConsistency({ ...same, size2: 2, path: [root.subarray(1)] })).toThrow(refused('invalid-hash'));
    expect(() => consistencyFrom(nodeAt, 0, 5)).toThrow(refused('invalid-tree-size'));
    expect(() => consistencyFrom(nodeAt, 6, 5)).toThrow(refused('invalid-tree-size'));
  });
});

describe('a tree made of the nodes that never change', () => {
  it('has the defined root and inclusion paths at any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (size, pick) => {
        const some = leaves.slice(0, size);
        expect(rootFrom(nodeAt, size)).toEqual(merkleRoot(some));
        expect(inclusionFrom(nodeAt, pick % size, size)).toEqual(inclusionPath(pick % size, some));
      }),
    );
  });

  it('asks only for nodes that are there, at sizes up to 2^53−1', () => {
    const asked: [number, number][] = [];
    const seen: NodeAt = (height, index) => {
      asked.push([height, index]);
      return leaves[0]!;
    };
    for (const size of [2 ** 53 - 1, 2 ** 52 + 1, 2 ** 49 - 1]) {
      asked.length = 0;
      rootFrom(seen, size);
      expect(inclusionFrom(seen, size - 1, size).length).toBeGreaterThan(0);
      inclusionFrom(seen, 2 ** 40 + 12_345, size);
      consistencyFrom(seen, 2 ** 48 - 3, size);
      expect(asked.every(([height, index]) => Number.isSafeInteger(index) && (index + 1) * 2 ** height <= size)).toBe(true);
    }
  });
});
