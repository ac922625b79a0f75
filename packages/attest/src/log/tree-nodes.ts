import { AttestError } from '../errors.ts';
import { EMPTY_ROOT, merkleNode } from '../merkle.ts';

/**
 * The node over the 2^height leaves that begin at index · 2^height, all of which exist: the nodes that never change as a log grows.
 */
export type NodeAt = (height: number, index: number) => Buffer;

/** RFC 9162 §2.1.1: the root of the first `size` leaves. */
export function rootFrom(nodeAt: NodeAt, size: number): Buffer {
  return size === 0 ? EMPTY_ROOT : rangeHash(nodeAt, 0, size);
}

/**
 * RFC 9162 §2.1.3.1, from the leaf's sibling upwards.
 *
 * @throws AttestError `index-out-of-range`
 */
export function inclusionFrom(nodeAt: NodeAt, index: number, size: number): Buffer[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new AttestError('index-out-of-range', `no leaf ${index} in a tree of ${size}`);
  const path: Buffer[] = [];
  let [low, high] = [0, size];
  while (high - low > 1) {
    const middle = low + splitOf(high - low);
    if (index < middle) {
      path.push(rangeHash(nodeAt, middle, high));
      high = middle;
    } else {
      path.push(rangeHash(nodeAt, low, middle));
      low = middle;
    }
  }
  return path.reverse();
}

/**
 * RFC 9162 §2.1.4.1: that the tree of `size2` begins with that of `size1`. Empty for equal sizes.
 *
 * @throws AttestError `invalid-tree-size` (0 among them)
 */
export function consistencyFrom(nodeAt: NodeAt, size1: number, size2: number): Buffer[] {
  if (!Number.isSafeInteger(size1) || size1 < 1 || size1 > size2)
    throw new AttestError('invalid-tree-size', `no consistency from ${size1} to ${size2} can be shown`);
  const path: Buffer[] = [];
  let [low, high] = [0, size2];
  let whole = true;
  while (high !== size1) {
    const middle = low + splitOf(high - low);
    if (size1 <= middle) {
      path.push(rangeHash(nodeAt, middle, high));
      high = middle;
    } else {
      path.push(rangeHash(nodeAt, low, middle));
      low = middle;
      whole = false;
    }
  }
  // Where nothing was cut off on the left, this node is the first root, which the verifier has.
  if (!whole) path.push(rangeHash(nodeAt, low, high));
  return path.reverse();
}

/** The hash over leaves [low, high), where low is a multiple of a power of two not below high − low. */
export function rangeHash(nodeAt: NodeAt, low: number, high: number): Buffer {
  const count = high - low;
  const height = Math.floor(Math.log2(count));
  if (2 ** height === count) return nodeAt(height, low / count);
  const middle = low + splitOf(count);
  return merkleNode(rangeHash(nodeAt, low, middle), rangeHash(nodeAt, middle, high));
}

/** The largest power of two below n. */
function splitOf(n: number): number {
  let power = 2 ** Math.floor(Math.log2(n));
  // Math.log2 rounds up just below large powers of two.
  if (power >= n) power /= 2;
  return power;
}
