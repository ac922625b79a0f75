import { AttestError } from '../errors.ts';
import { checkHash, merkleNode } from '../merkle.ts';

export type ConsistencyProof = {
  readonly size1: number;
  readonly root1: Uint8Array;
  readonly size2: number;
  readonly root2: Uint8Array;
  readonly path: readonly Uint8Array[];
};

/**
 * Checks that the larger tree begins with the smaller (RFC 9162 §2.1.4.2). Nothing is consistent with the empty tree in a way that a
 * proof could show, so sizes begin at 1; equal sizes take an empty path and equal roots. Sizes up to 2^53−1.
 *
 * @throws AttestError `invalid-tree-size`, `invalid-hash` (not 32 bytes), `path-length-mismatch`, `root-mismatch`
 */
export function verifyConsistency({ size1, root1, size2, root2, path }: ConsistencyProof): void {
  const [first, second] = [checkHash(root1), checkHash(root2)];
  if (!Number.isSafeInteger(size1) || !Number.isSafeInteger(size2) || size1 < 1 || size2 < size1)
    throw new AttestError('invalid-tree-size', 'tree sizes are whole numbers from 1 to 2^53−1, the first not above the second');
  const hashes = path.map(checkHash);
  if (size1 === size2) {
    if (hashes.length > 0) throw pathLength();
    if (!first.equals(second)) throw rootMismatch('equal sizes have one root');
    return;
  }
  // A tree that fills a power of two is itself the first node of the path.
  if (isPowerOfTwo(size1)) hashes.unshift(first);
  const [start, ...steps] = hashes;
  if (start === undefined) throw pathLength();
  let [at, last] = [size1 - 1, size2 - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  let [small, large] = [start, start];
  for (const step of steps) {
    if (last === 0) throw pathLength();
    if (at % 2 === 1 || at === last) {
      [small, large] = [merkleNode(step, small), merkleNode(step, large)];
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      large = merkleNode(large, step);
    }
    [at, last] = [half(at), half(last)];
  }
  if (last !== 0) throw pathLength();
  if (!small.equals(first)) throw rootMismatch('the path does not begin at the first root');
  if (!large.equals(second)) throw rootMismatch('the path does not lead to the second root');
}

const half = (n: number) => Math.floor(n / 2);

function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(Math.log2(n)) && 2 ** Math.log2(n) === n;
}

function pathLength(): AttestError {
  return new AttestError('path-length-mismatch', 'the path is not as long as the sizes make it');
}

function rootMismatch(message: string): AttestError {
  return new AttestError('root-mismatch', message);
}
