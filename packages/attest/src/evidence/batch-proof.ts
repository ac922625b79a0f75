import { merkleNode } from '../merkle.ts';

/** The entries that a proof is for: their indices, ascending, and their leaf hashes. */
export type ProvenLeaves = { readonly indices: ArrayLike<number>; readonly leafAt: (place: number) => Buffer };

/** The root of a tree of RFC 6962, as far as a proof tells it; undefined where the proof has too few hashes or too many. */
export function rootOfBatch(size: number, { indices, leafAt }: ProvenLeaves, hashes: readonly Buffer[]): Buffer | undefined {
  let used = 0;
  const rootOf = (low: number, high: number, from: number, to: number): Buffer | undefined => {
    if (from === to) return hashes[used++];
    if (high - low === 1) return leafAt(from);
    const middle = low + splitOf(high - low);
    const cut = firstNotBelow(indices, middle, from, to);
    const left = rootOf(low, middle, from, cut);
    const right = rootOf(middle, high, cut, to);
    return left && right && merkleNode(left, right);
  };
  const root = rootOf(0, size, 0, indices.length);
  return used === hashes.length ? root : undefined;
}

/**
 * One proof that all leaves at these indices (ascending) stand in the tree of that size: from the left, the hash of every subtree without one of
 * them whose parent has one. Every hash is there once, however many entries it serves.
 *
 * @param subtree RFC 6962 hash over leaves [low, high)
 */
export function* batchProof(
  size: number,
  indices: ArrayLike<number>,
  subtree: (low: number, high: number) => Buffer,
): Generator<Buffer> {
  yield* proofWithin(0, size, 0, indices.length, indices, subtree);
}

function* proofWithin(
  low: number,
  high: number,
  from: number,
  to: number,
  indices: ArrayLike<number>,
  subtree: (low: number, high: number) => Buffer,
): Generator<Buffer> {
  if (from === to) yield subtree(low, high);
  else if (to - from < high - low) {
    const middle = low + splitOf(high - low);
    const cut = firstNotBelow(indices, middle, from, to);
    yield* proofWithin(low, middle, from, cut, indices, subtree);
    yield* proofWithin(middle, high, cut, to, indices, subtree);
  }
}

/** Each entry's own RFC 9162 path, out of a batch proof that holds. */
export function pathsOfBatch(size: number, { indices, leafAt }: ProvenLeaves, hashes: readonly Buffer[]): Buffer[][] {
  const paths: Buffer[][] = Array.from({ length: indices.length }, () => []);
  let used = 0;
  const rootOf = (low: number, high: number, from: number, to: number): Buffer => {
    if (from === to) return hashes[used++]!;
    if (high - low === 1) return leafAt(from);
    const middle = low + splitOf(high - low);
    const cut = firstNotBelow(indices, middle, from, to);
    const left = rootOf(low, middle, from, cut);
    const right = rootOf(middle, high, cut, to);
    for (let place = from; place < cut; place++) paths[place]!.push(right);
    for (let place = cut; place < to; place++) paths[place]!.push(left);
    return merkleNode(left, right);
  };
  rootOf(0, size, 0, indices.length);
  return paths;
}

function firstNotBelow(indices: ArrayLike<number>, limit: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (indices[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The largest power of two below n, which is at least 2. */
function splitOf(n: number): number {
  let power = 2 ** Math.floor(Math.log2(n));
  // Math.log2 rounds up just below large powers of two.
  if (power >= n) power /= 2;
  return power;
}
