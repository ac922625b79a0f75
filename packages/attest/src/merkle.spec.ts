import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  digestOf,
  EMPTY_ROOT,
  inclusionPath,
  inclusionPaths,
  merkleLeaf,
  merkleNode,
  merkleRoot,
  rootOfSubmission,
  submissionOf,
  submissionPath,
  submissionRoot,
  verifyInclusion,
} from './index.ts';

const VECTORS = new URL('../../../../shared/vectors/rfc6962-inclusion.json', import.meta.url);
const present = existsSync(VECTORS);
if (!present) console.warn('skipped: the RFC 6962 vectors (../shared/vectors/rfc6962-inclusion.json) are not on this machine');

type Vector = {
  case: string;
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
};
const vectors: Vector[] = present ? JSON.parse(readFileSync(VECTORS, 'utf8')) : [];
const bytes = (base64: string) => Buffer.from(base64, 'base64');

/** The definition of RFC 6962 §2.1, word for word: split at the largest power of two below n. */
function definedRoot(leaves: Buffer[]): Buffer {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return merkleNode(definedRoot(leaves.slice(0, k)), definedRoot(leaves.slice(k)));
}

const someLeaves = fc
  .array(fc.uint8Array({ maxLength: 4 }), { minLength: 1, maxLength: 70 })
  .map((all) => all.map((data) => merkleLeaf(data)));

describe('Merkle trees', () => {
  it.skipIf(!present).each(vectors)(
    'judges the published proof $case',
    ({ leafIdx, treeSize, root, leafHash, proof, wantErr }) => {
      const check = () =>
        verifyInclusion({
          index: leafIdx,
          size: treeSize,
          leafHash: bytes(leafHash),
          path: (proof ?? []).map(bytes),
          root: bytes(root),
        });
      if (wantErr) expect(check).toThrow(expect.objectContaining({ name: 'AttestError' }));
      else expect(check).not.toThrow();
    },
  );

  it('hash the empty tree and a leaf as RFC 6962 says', () => {
    expect(EMPTY_ROOT.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(merkleLeaf(Buffer.alloc(0)).toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    expect(merkleRoot([])).toEqual(EMPTY_ROOT);
  });

  it('have the defined root at every size', () => {
    const leaves = Array.from({ length: 130 }, (_, i) => merkleLeaf(Buffer.from([i])));
    for (let size = 0; size <= leaves.length; size++)
      expect(merkleRoot(leaves.slice(0, size))).toEqual(definedRoot(leaves.slice(0, size)));
  });

  it('prove every leaf of every tree, and no leaf in another place, tree or spelling', () => {
    fc.assert(
      fc.property(someLeaves, fc.nat(), fc.nat(), (leaves, pick, other) => {
        const index = pick % leaves.length;
        const proof = {
          index,
          size: leaves.length,
          leafHash: leaves[index]!,
          path: inclusionPath(index, leaves),
          root: merkleRoot(leaves),
        };
        verifyInclusion(proof);
        const elsewhere = other % leaves.length;
        if (!leaves[elsewhere]!.equals(leaves[index]!)) expect(() => verifyInclusion({ ...proof, index: elsewhere })).toThrow();
        expect(() => verifyInclusion({ ...proof, path: [...proof.path, leaves[0]!] })).toThrow(
          expect.objectContaining({ code: 'path-length-mismatch' }),
        );
        expect(() => verifyInclusion({ ...proof, root: merkleLeaf(proof.root) })).toThrow(
          expect.objectContaining({ code: 'root-mismatch' }),
        );
        if (proof.path.length > 0) {
          expect(() => verifyInclusion({ ...proof, path: proof.path.slice(1) })).toThrow(
            expect.objectContaining({ code: 'path-length-mismatch' }),
          );
        }
      }),
    );
  });

  it('give all paths at once as they give each', () => {
    const leaves = Array.from({ length: 13 }, (_, i) => merkleLeaf(Buffer.from([i])));
    const { root, paths } = inclusionPaths(leaves);
    expect(root).toEqual(merkleRoot(leaves));
    expect(paths).toEqual(leaves.map((_, i) => inclusionPath(i, leaves)));
  });

  it('refuse size 0, an index outside, sizes beyond 2^53 and hashes that are not 32 bytes', () => {
    const hash = merkleLeaf(Buffer.of(1));
    const proof = { index: 0, size: 1, leafHash: hash, path: [], root: hash };
    verifyInclusion(proof);
    expect(() => verifyInclusion({ ...proof, size: 0 })).toThrow(expect.objectContaining({ code: 'invalid-tree-size' }));
    expect(() => verifyInclusion({ ...proof, size: 2 ** 53 })).toThrow(expect.objectContaining({ code: 'invalid-tree-size' }));
    expect(() => verifyInclusion({ ...proof, index: 1 })).toThrow(expect.objectContaining({ code: 'index-out-of-range' }));
    expect(() => verifyInclusion({ ...proof, leafHash: hash.subarray(1) })).toThrow(
      expect.objectContaining({ code: 'invalid-hash' }),
    );
    expect(() => verifyInclusion({ ...proof, root: Buffer.concat([hash, hash]) })).toThrow(
      expect.objectContaining({ code: 'invalid-hash' }),
    );
    expect(() => merkleRoot([Buffer.alloc(31)])).toThrow(expect.objectContaining({ code: 'invalid-hash' }));
    expect(() => inclusionPath(0, [])).toThrow(expect.objectContaining({ code: 'invalid-tree-size' }));
  });
});

describe('a submission', () => {
  const digests = ['a', 'b', 'c', 'd', 'e'].map((text) => digestOf(text));

  it('leads from every content digest to one root', () => {
    const { root, paths } = submissionOf(digests);
    expect(root).toBe(submissionRoot(digests));
    digests.forEach((digest, i) => {
      expect(rootOfSubmission(digest, paths[i]!)).toBe(root);
      expect(submissionPath(i, digests)).toEqual(paths[i]);
      expect(rootOfSubmission(digests[(i + 1) % 5]!, paths[i]!)).not.toBe(root);
    });
  });

  it('refuses digests that are not canonical base64url of 32 bytes', () => {
    expect(() => submissionRoot([`${digests[0]!.slice(0, -1)}B`])).toThrow(expect.objectContaining({ code: 'invalid-hash' }));
    expect(() => submissionOf([])).toThrow(expect.objectContaining({ code: 'invalid-tree-size' }));
  });
});
