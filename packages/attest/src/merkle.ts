import { AttestError } from './errors.ts';
import { sha256 } from './node-crypto.ts';

const HASH_LENGTH = 32;
const LEAF_PREFIX = Buffer.of(0);
const NODE_PREFIX = 1;

/** RFC 6962 §2.1: the root of the tree without entries. */
export const EMPTY_ROOT: Buffer = sha256('');

/** RFC 6962 §2.1: SHA-256(00 ‖ data). */
export function merkleLeaf(data: Uint8Array): Buffer {
  return sha256(Buffer.concat([LEAF_PREFIX, data]));
}

/** RFC 6962 §2.1: SHA-256(01 ‖ left ‖ right). */
export function merkleNode(left: Uint8Array, right: Uint8Array): Buffer {
  const node = Buffer.allocUnsafe(1 + 2 * HASH_LENGTH);
  node[0] = NODE_PREFIX;
  node.set(left, 1);
  node.set(right, 1 + HASH_LENGTH);
  return sha256(node);
}

/**
 * RFC 6962 §2.1 tree hash over leaf hashes; of none, SHA-256 of nothing.
 *
 * @throws AttestError `invalid-hash`
 */
export function merkleRoot(leafHashes: readonly Uint8Array[]): Buffer {
  if (leafHashes.length === 0) return EMPTY_ROOT;
  return Buffer.from(levelsOf(leafHashes).at(-1)![0]!);
}

/**
 * RFC 9162 §2.1.3.1 inclusion path, from the leaf's sibling upwards.
 *
 * @throws AttestError `invalid-hash`, `invalid-tree-size` (no leaves), `index-out-of-range`
 */
export function inclusionPath(index: number, leafHashes: readonly Uint8Array[]): Buffer[] {
  checkIndex(index, leafHashes.length);
  return pathThrough(levelsOf(leafHashes), index);
}

/**
 * The root and every leaf's inclusion path, each node hashed once.
 *
 * @throws AttestError `invalid-hash`, `invalid-tree-size` (no leaves)
 */
export function inclusionPaths(leafHashes: readonly Uint8Array[]): { root: Buffer; paths: Buffer[][] } {
  checkIndex(0, leafHashes.length);
  const levels = levelsOf(leafHashes);
  return { root: levels.at(-1)![0]!, paths: leafHashes.map((_, index) => pathThrough(levels, index)) };
}

/** All levels, leaves first. A node without a sibling rises as it is, which makes the same tree as the splits at powers of two. */
function levelsOf(leafHashes: readonly Uint8Array[]): Buffer[][] {
  let level = leafHashes.map((hash) => checkHash(hash));
  const levels = [level];
  while (level.length > 1) {
    const above: Buffer[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) above.push(merkleNode(level[i]!, level[i + 1]!));
    if (level.length % 2 === 1) above.push(level.at(-1)!);
    levels.push(above);
    level = above;
  }
  return levels;
}

function pathThrough(levels: readonly Buffer[][], index: number): Buffer[] {
  const path: Buffer[] = [];
  let at = index;
  for (const level of levels) {
    const sibling = level[at % 2 === 0 ? at + 1 : at - 1];
    if (sibling !== undefined) path.push(sibling);
    at = Math.floor(at / 2);
  }
  return path;
}

export type InclusionProof = {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly path: readonly Uint8Array[];
};

/**
 * The root that a proof leads to (RFC 9162 §2.1.3.2). Indices and sizes up to 2^53−1.
 *
 * @throws AttestError `invalid-tree-size` (0 among them), `index-out-of-range`, `invalid-hash` (not 32 bytes), `path-length-mismatch`
 */
export function rootFromInclusion({ index, size, leafHash, path }: InclusionProof): Buffer {
  checkIndex(index, size);
  let hash = checkHash(leafHash);
  let at = index;
  let last = size - 1;
  for (const step of path) {
    const sibling = checkHash(step);
    if (last === 0) throw pathLength();
    if (at % 2 === 1 || at === last) {
      hash = merkleNode(sibling, hash);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = merkleNode(hash, sibling);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) throw pathLength();
  return hash;
}

/**
 * Checks that the leaf stands at that index under that root.
 *
 * @throws AttestError those of {@link rootFromInclusion}, and `root-mismatch`
 */
export function verifyInclusion(proof: InclusionProof & { readonly root: Uint8Array }): void {
  const root = checkHash(proof.root);
  if (!rootFromInclusion(proof).equals(root)) throw new AttestError('root-mismatch', 'the path leads to another root');
}

function checkIndex(index: number, size: number): void {
  if (!Number.isSafeInteger(size) || size <= 0)
    throw new AttestError('invalid-tree-size', 'a tree size is a whole number from 1 to 2^53−1');
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new AttestError('index-out-of-range', `no leaf ${index} in a tree of ${size}`);
}

/** @throws AttestError `invalid-hash` unless 32 bytes */
export function checkHash(hash: Uint8Array): Buffer {
  if (hash.length !== HASH_LENGTH) throw new AttestError('invalid-hash', `a hash is ${HASH_LENGTH} bytes, not ${hash.length}`);
  return Buffer.isBuffer(hash) ? hash : Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength);
}

function pathLength(): AttestError {
  return new AttestError('path-length-mismatch', 'the path is not as long as index and size make it');
}
