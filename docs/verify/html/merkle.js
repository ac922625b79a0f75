import { sameBytes } from './bytes.js';
import { sha256 } from './sha256.js';

/** RFC 6962 §2.1 trees and RFC 9162 §2.1.3, §2.1.4 proofs. Indices and sizes go up to 2^53−1, beyond what bit operators take. */

const nodeBytes = new Uint8Array(65).fill(1, 0, 1);

/** @param {Uint8Array} bytes */
export function leafHash(bytes) {
  const entry = new Uint8Array(1 + bytes.length);
  entry.set(bytes, 1);
  return sha256(entry);
}

/** @param {Uint8Array} left @param {Uint8Array} right */
export function nodeHash(left, right) {
  nodeBytes.set(left, 1);
  nodeBytes.set(right, 33);
  return sha256(nodeBytes);
}

/** @param {number} n */
function half(n) {
  return Math.floor(n / 2);
}

/**
 * RFC 9162 §2.1.3.2.
 *
 * @param {number} index below size
 * @param {number} size
 * @param {Uint8Array} leaf
 * @param {readonly Uint8Array[]} path
 * @returns {Uint8Array | undefined} the root to which the path leads; undefined where it is not of this length
 */
export function rootOfPath(index, size, leaf, path) {
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const step of path) {
    if (sn === 0) return undefined;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(step, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else hash = nodeHash(hash, step);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 ? hash : undefined;
}

/**
 * RFC 9162 §2.1.4.2.
 *
 * @param {{ readonly size: number, readonly root: Uint8Array }} first of a size from 1
 * @param {{ readonly size: number, readonly root: Uint8Array }} second of a larger size
 * @param {readonly Uint8Array[]} proof
 */
export function isConsistent(first, second, proof) {
  if (proof.length === 0) return false;
  let [fn, sn] = [first.size - 1, second.size - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  // A first size that is a power of two is itself the node at which the proof begins.
  const [start, ...rest] = fn === 0 ? [first.root, ...proof] : proof;
  let [firstRoot, secondRoot] = [start, start];
  for (const step of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      firstRoot = nodeHash(step, firstRoot);
      secondRoot = nodeHash(step, secondRoot);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else secondRoot = nodeHash(secondRoot, step);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && sameBytes(firstRoot, first.root) && sameBytes(secondRoot, second.root);
}

/**
 * The root of a log from some of its leaves and one hash for each largest subtree without any, from left to right.
 *
 * @param {number} size
 * @param {readonly { readonly index: number, readonly leaf: Uint8Array }[]} entries in ascending index
 * @param {{ readonly count: number, at(i: number): Uint8Array }} hashes
 * @returns {Uint8Array | undefined} undefined where there are too few hashes or too many
 */
export function rootOfEntries(size, entries, hashes) {
  let [nextEntry, nextHash] = [0, 0];
  /** @param {number} low @param {number} high @returns {Uint8Array | undefined} */
  const root = (low, high) => {
    if (nextEntry === entries.length || entries[nextEntry].index >= high)
      return nextHash < hashes.count ? hashes.at(nextHash++) : undefined;
    if (high - low === 1) return entries[nextEntry++].leaf;
    const middle = low + largestPowerBelow(high - low);
    const left = root(low, middle);
    const right = left === undefined ? undefined : root(middle, high);
    return left === undefined || right === undefined ? undefined : nodeHash(left, right);
  };
  const whole = root(0, size);
  return nextHash === hashes.count ? whole : undefined;
}

/** @param {number} n at least 2 */
function largestPowerBelow(n) {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}
