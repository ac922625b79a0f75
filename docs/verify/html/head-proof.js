import { fromBase64url, joined, sameBytes, utf8, writeCount } from './bytes.js';
import { check } from './refusal.js';
import { sha256 } from './sha256.js';

/**
 * The heads map, version 1 (decision 0013).
 *
 * @typedef {{ readonly seq: number, readonly index: number, readonly leaf: Uint8Array, readonly headerHash: Uint8Array }} Head
 * @typedef {{ readonly siblings: readonly (Uint8Array | undefined)[], readonly kind: number,
 *   readonly halfBytes: Uint8Array, readonly rest: Uint8Array, readonly key: Uint8Array, readonly value: Uint8Array }} HeadProof
 */

const OWN = 0;
const NOTHING = 1;
const OTHER = 2;
const TWIN = 3;

const MOST_STEPS = 256;
const LAST_RUNG = 12;
const EMPTY = new Uint8Array(32);
const NONE = new Uint8Array(0);

/** @param {string} text @returns {HeadProof} @throws Refusal `head-proof-malformed` */
export function readHeadProof(text) {
  const bytes = fromBase64url(text);
  check(bytes !== undefined, 'head-proof-malformed');
  let at = 0;
  /** @param {number} count @returns {Uint8Array} */
  const take = (count) => {
    check(at + count <= bytes.length, 'head-proof-malformed');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const [kind, high, low] = take(3);
  const steps = high * 256 + low;
  check(kind <= TWIN && steps <= MOST_STEPS, 'head-proof-malformed');
  const present = take(Math.ceil(steps / 8));
  for (let bit = steps; bit < present.length * 8; bit++) check(bitOf(present, bit) === 0, 'head-proof-malformed');
  /** @type {(Uint8Array | undefined)[]} */
  const siblings = [];
  for (let step = 0; step < steps; step++) siblings.push(bitOf(present, step) === 1 ? take(32) : undefined);
  const halfBytes = kind === OTHER ? take(take(1)[0]) : NONE;
  const rest = kind === OTHER ? take(32) : NONE;
  const key = kind === TWIN ? take(32) : NONE;
  const value = kind === TWIN ? take(32) : NONE;
  check(at === bytes.length, 'head-proof-malformed');
  return { siblings, kind, halfBytes, rest, key, value };
}

/**
 * Whether the map with this root has this head for the stream, or none.
 *
 * @param {HeadProof} proof
 * @param {string} stream
 * @param {Head | undefined} head
 * @param {Uint8Array} root
 */
export function provesHead(proof, stream, head, root) {
  const key = sha256(utf8(`cytoledger/heads/v1 stream\n${stream}`));
  const { siblings } = proof;
  let hash = head === undefined ? endWithout(proof, key) : endWith(proof, key, head);
  if (hash === undefined) return false;
  for (let depth = siblings.length - 1; depth >= 0; depth--) {
    const sibling = siblings[depth] ?? EMPTY;
    hash = bitOf(key, depth) === 0 ? tagged(1, hash, sibling) : tagged(1, sibling, hash);
  }
  return sameBytes(hash, root);
}

/** @param {HeadProof} proof @param {Uint8Array} key @param {Head} head */
function endWith({ kind, siblings }, key, head) {
  return kind === OWN ? rungOfHead(key, valueOfHead(head), rungAt(siblings.length)) : undefined;
}

/** What stands where the path ends, if that shows that the stream has no head. @param {HeadProof} proof @param {Uint8Array} key */
function endWithout({ kind, siblings, halfBytes, rest, key: other, value }, key) {
  const depth = siblings.length;
  const from = rungAt(depth);
  if (kind === NOTHING) return EMPTY;
  if (kind === TWIN) {
    const differs = firstDifference(key, other);
    return differs < depth || differs === MOST_STEPS ? undefined : rungOfHead(other, value, from);
  }
  if (kind !== OTHER || halfBytes.length === 0 || from + halfBytes.length > LAST_RUNG) return undefined;
  for (let i = 0; i < halfBytes.length; i++) {
    const difference = halfBytes[i] ^ halfByteOf(key, from + i);
    if (halfBytes[i] > 15 || (difference !== 0) !== (i === halfBytes.length - 1)) return undefined;
    if (difference !== 0 && (from + i) * 4 + Math.clz32(difference) - 28 < depth) return undefined;
  }
  let hash = rest;
  for (let i = halfBytes.length - 1; i >= 0; i--) hash = tagged(3, halfBytes.subarray(i, i + 1), hash);
  return hash;
}

/** @param {Head} head */
function valueOfHead({ seq, index, leaf, headerHash }) {
  const numbers = new Uint8Array(16);
  writeCount(numbers, 0, seq);
  writeCount(numbers, 8, index);
  return sha256(joined([utf8('cytoledger/heads/v1 head\n'), numbers, leaf, headerHash]));
}

/** R(`to`). @param {Uint8Array} key @param {Uint8Array} value @param {number} to */
function rungOfHead(key, value, to) {
  let hash = tagged(2, key, value);
  for (let j = LAST_RUNG - 1; j >= to; j--) hash = tagged(3, Uint8Array.of(halfByteOf(key, j)), hash);
  return hash;
}

/** @param {number} tag @param {Uint8Array} first @param {Uint8Array} second */
function tagged(tag, first, second) {
  return sha256(joined([Uint8Array.of(tag), first, second]));
}

/** @param {number} depth */
function rungAt(depth) {
  return Math.min(LAST_RUNG, Math.floor(depth / 4));
}

/** @param {Uint8Array} bytes @param {number} bit */
function bitOf(bytes, bit) {
  return (bytes[bit >> 3] >> (7 - (bit & 7))) & 1;
}

/** @param {Uint8Array} key @param {number} j */
function halfByteOf(key, j) {
  return j % 2 === 0 ? key[j >> 1] >> 4 : key[j >> 1] & 15;
}

/** In bits. @param {Uint8Array} a @param {Uint8Array} b */
function firstDifference(a, b) {
  for (let bit = 0; bit < MOST_STEPS; bit++) if (bitOf(a, bit) !== bitOf(b, bit)) return bit;
  return MOST_STEPS;
}
