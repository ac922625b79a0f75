import { AttestError } from '../errors.ts';
import { checkHash } from '../merkle.ts';
import { type Head, headValue } from './head.ts';
import {
  bitOf,
  EMPTY_MAP,
  firstDifference,
  HASH,
  halfByte,
  hashHead,
  hashNode,
  hashRung,
  LAST_RUNG,
  MAX_DEPTH,
  rungAt,
  streamKey,
} from './map-hash.ts';

/** What stands where a stream's path through the map ends. */
export type PathEnd =
  /** The stream's own head. */
  | { readonly kind: 'own' }
  /** Nothing. */
  | { readonly kind: 'none' }
  /** Another head, shown as its half-bytes from the path's end to the first that differs, and the rung below that. */
  | { readonly kind: 'other'; readonly halfBytes: readonly number[]; readonly rest: Uint8Array }
  /** Another head whose key agrees in 48 bits or more, which chance brings about once in 2^24 proofs at 10 million streams. */
  | { readonly kind: 'twin'; readonly key: Uint8Array; readonly value: Uint8Array };

/** What the map says of one stream, and of no other. */
export type HeadProof = {
  /** From the root down; undefined where the other side is empty. */
  readonly siblings: readonly (Uint8Array | undefined)[];
  readonly end: PathEnd;
};

/**
 * Checks that the map with that root gives the stream that head.
 *
 * @throws AttestError `root-mismatch`, `invalid-head-proof`, `invalid-head`, `invalid-hash`
 */
export function verifyHead(stream: string, head: Head, proof: HeadProof, root: Uint8Array): void {
  if (proof.end.kind !== 'own') throw invalid('the path does not end at this stream');
  const key = streamKey(stream);
  const hash = Buffer.alloc(HASH);
  hashHead(key, 0, headValue(head), 0, rungAt(depthOf(proof)), hash, 0);
  checkRoot(key, hash, proof, root);
}

/**
 * Checks that the map with that root has no head for the stream: nothing of it was in the log.
 *
 * @throws AttestError `root-mismatch`, `invalid-head-proof`, `invalid-hash`
 */
export function verifyNoHead(stream: string, proof: HeadProof, root: Uint8Array): void {
  const key = streamKey(stream);
  checkRoot(key, hashOfOther(key, depthOf(proof), proof.end), proof, root);
}

function hashOfOther(key: Buffer, depth: number, end: PathEnd): Buffer {
  if (end.kind === 'own') throw invalid('the path ends at this stream');
  if (end.kind === 'none') return EMPTY_MAP;
  const from = rungAt(depth);
  const hash = Buffer.alloc(HASH);
  if (end.kind === 'twin') {
    const other = checkHash(end.key);
    const differs = firstDifference(key, 0, other, 0);
    if (differs === MAX_DEPTH || differs < depth) throw invalid('the other key does not stand where the path ends');
    hashHead(other, 0, checkHash(end.value), 0, from, hash, 0);
    return hash;
  }
  const { halfBytes } = end;
  const last = from + halfBytes.length - 1;
  if (halfBytes.length === 0 || last >= LAST_RUNG) throw invalid('half-bytes are shown up to the first that differs');
  const fits = halfBytes.every((half, i) => {
    const differing = half ^ halfByte(key, 0, from + i);
    const differs = (from + i) * 4 + Math.clz32(differing) - 28;
    return half >= 0 && half <= 0xf && (from + i < last ? differing === 0 : differing !== 0 && differs >= depth);
  });
  if (!fits) throw invalid('the half-bytes shown must agree with the key but for the last, which differs below the path');
  checkHash(end.rest).copy(hash);
  for (let i = halfBytes.length - 1; i >= 0; i--) hashRung(halfBytes[i]!, hash, 0, hash, 0);
  return hash;
}

function checkRoot(key: Buffer, end: Buffer, { siblings }: HeadProof, root: Uint8Array): void {
  const hash = Buffer.from(end);
  for (let depth = siblings.length - 1; depth >= 0; depth--) {
    const sibling = siblings[depth] === undefined ? EMPTY_MAP : checkHash(siblings[depth]!);
    const [left, right] = bitOf(key, 0, depth) === 0 ? [hash, sibling] : [sibling, hash];
    hashNode(left, 0, right, 0, hash, 0);
  }
  if (!hash.equals(checkHash(root))) throw new AttestError('root-mismatch', 'the path leads to another map root');
}

function depthOf({ siblings }: HeadProof): number {
  if (siblings.length > MAX_DEPTH) throw invalid(`a path has at most ${MAX_DEPTH} steps`);
  return siblings.length;
}

const KINDS = ['own', 'none', 'other', 'twin'] as const;
const FIXED = 3;

/**
 * A proof as bytes: kind of end (0 own, 1 none, 2 other, 3 twin) · depth, 2 bytes · ⌈depth / 8⌉ bytes with a bit for each level from the
 * root, first bit highest, set where the sibling is not empty · those siblings from the root down · for `other` the number of half-bytes,
 * each in a byte, and the rest; for `twin` key and value.
 */
export function encodeHeadProof(proof: HeadProof): Buffer {
  const { siblings, end } = proof;
  const depth = depthOf(proof);
  const start = Buffer.alloc(FIXED + Math.ceil(depth / 8));
  start[0] = KINDS.indexOf(end.kind);
  start.writeUInt16BE(depth, 1);
  siblings.forEach((sibling, level) => {
    if (sibling !== undefined) start[FIXED + (level >> 3)]! |= 0x80 >> (level & 7);
  });
  const present = siblings.filter((sibling) => sibling !== undefined).map(checkHash);
  const tail =
    end.kind === 'other'
      ? [Buffer.of(end.halfBytes.length, ...end.halfBytes), checkHash(end.rest)]
      : end.kind === 'twin'
        ? [checkHash(end.key), checkHash(end.value)]
        : [];
  return Buffer.concat([start, ...present, ...tail]);
}

/** Reads what {@link encodeHeadProof} writes. @throws AttestError `invalid-head-proof` for any other bytes */
export function readHeadProof(encoded: Uint8Array): HeadProof {
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  let at = 0;
  const take = (count: number) => {
    if (at + count > bytes.length) throw invalid('the proof is cut short');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const kind = KINDS[take(1)[0]!];
  const depth = take(2).readUInt16BE();
  if (kind === undefined || depth > MAX_DEPTH) throw invalid(`a proof has an end of kind 0 to 3 and at most ${MAX_DEPTH} steps`);
  const present = take(Math.ceil(depth / 8));
  if (depth % 8 !== 0 && (present.at(-1)! << (depth % 8)) & 0xff) throw invalid('bits beyond the depth are set');
  const siblings = Array.from({ length: depth }, (_, level) => (bitOf(present, 0, level) === 1 ? take(HASH) : undefined));
  const end = (): PathEnd => {
    if (kind === 'other') return { kind, halfBytes: [...take(take(1)[0]!)], rest: take(HASH) };
    return kind === 'twin' ? { kind, key: take(HASH), value: take(HASH) } : { kind };
  };
  const proof = { siblings, end: end() };
  if (at !== bytes.length) throw invalid('bytes follow the proof');
  return proof;
}

function invalid(message: string): AttestError {
  return new AttestError('invalid-head-proof', message);
}
