import { sha256, sha256Into } from '../node-crypto.ts';

/**
 * How the heads map is hashed, version 1. All numbers are big-endian; bits and half-bytes of a key are counted from its first.
 *
 * ```text
 * key(stream)       SHA-256("cytoledger/heads/v1 stream\n" ‖ stream, UTF-8)
 * value(head)       SHA-256("cytoledger/heads/v1 head\n" ‖ seq, 8 bytes ‖ leaf index, 8 bytes ‖ leaf hash ‖ SHA-256(header bytes))
 *
 * T(S, d)           the hash of the set S of heads whose keys agree in their first d bits; the map's root is T(all, 0)
 *   no head         32 zero bytes
 *   one head        R(min(12, ⌊d / 4⌋)) of that head
 *   more            SHA-256(01 ‖ T(those with bit d = 0, d + 1) ‖ T(those with bit d = 1, d + 1))
 *
 * R(12)             SHA-256(02 ‖ key ‖ value)
 * R(j), j < 12      SHA-256(03 ‖ half-byte j of the key, one byte ‖ R(j + 1))
 * ```
 *
 * A tree of 256 levels in which a subtree with one head costs at most 13 hashes, one without any none. The rungs R are there for proofs
 * that a stream has no head: where another head stands alone in the way, the proof shows its half-bytes up to the first that differs, and
 * not its key. The value holds SHA-256(header), which public tiles do not tell, so that no one can try names against a hash in a proof.
 */
export const EMPTY_MAP: Buffer = Buffer.alloc(32);

export const HASH = 32;
/** Bits of a key; no path is longer. */
export const MAX_DEPTH = 256;
/** Rungs below the last: the half-bytes of a key that can be shown one by one. */
export const LAST_RUNG = 12;
const BITS_PER_RUNG = 4;
/** What the inputs of a hash begin with. */
export const [NODE, HEAD] = [1, 2] as const;
const RUNG = 3;

const node = Buffer.alloc(1 + 2 * HASH, NODE);
const head = Buffer.alloc(1 + 2 * HASH, HEAD);
const rung = Buffer.alloc(2 + HASH, RUNG);

/** Writes T over two subtrees into `target`. */
export function hashNode(left: Buffer, leftAt: number, right: Buffer, rightAt: number, target: Buffer, at: number): void {
  left.copy(node, 1, leftAt, leftAt + HASH);
  right.copy(node, 1 + HASH, rightAt, rightAt + HASH);
  sha256Into(node, target, at);
}

/** Writes R(`to`) of a head, from the bottom, into `target`. */
export function hashHead(
  key: Buffer,
  keyAt: number,
  value: Buffer,
  valueAt: number,
  to: number,
  target: Buffer,
  at: number,
): void {
  key.copy(head, 1, keyAt, keyAt + HASH);
  value.copy(head, 1 + HASH, valueAt, valueAt + HASH);
  sha256Into(head, target, at);
  for (let j = LAST_RUNG - 1; j >= to; j--) hashRung(halfByte(key, keyAt, j), target, at, target, at);
}

/** Writes R(j) over R(j + 1) into `target`. */
export function hashRung(half: number, below: Buffer, belowAt: number, target: Buffer, at: number): void {
  rung[1] = half;
  below.copy(rung, 2, belowAt, belowAt + HASH);
  sha256Into(rung, target, at);
}

/** R of a head that is alone below its first `depth` bits. */
export function rungAt(depth: number): number {
  return Math.min(LAST_RUNG, Math.floor(depth / BITS_PER_RUNG));
}

export function halfByte(key: Buffer, keyAt: number, j: number): number {
  const byte = key[keyAt + (j >> 1)]!;
  return j % 2 === 0 ? byte >> 4 : byte & 0xf;
}

export function bitOf(key: Buffer, keyAt: number, bit: number): 0 | 1 {
  return ((key[keyAt + (bit >> 3)]! >> (7 - (bit & 7))) & 1) as 0 | 1;
}

/** The first bit in which two keys differ; {@link MAX_DEPTH} for equal ones. */
export function firstDifference(a: Buffer, aAt: number, b: Buffer, bAt: number): number {
  for (let i = 0; i < HASH; i++) {
    const differing = a[aAt + i]! ^ b[bAt + i]!;
    if (differing !== 0) return i * 8 + Math.clz32(differing) - 24;
  }
  return MAX_DEPTH;
}

const STREAM_TAG = 'cytoledger/heads/v1 stream\n';

/** Where a stream's head stands in the map. */
export function streamKey(stream: string): Buffer {
  return sha256(STREAM_TAG + stream);
}
