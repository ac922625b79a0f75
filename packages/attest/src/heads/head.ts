import { AttestError } from '../errors.ts';
import { checkHash } from '../merkle.ts';
import { sha256 } from '../node-crypto.ts';

/** The last entry of a stream in a log. */
export type Head = {
  readonly seq: number;
  /** Leaf index in the main log. */
  readonly index: number;
  readonly leafHash: Uint8Array;
  /** SHA-256 of the header's bytes. Unlike the leaf hash it is in no public tile. */
  readonly headerHash: Uint8Array;
};

const TAG = Buffer.from('cytoledger/heads/v1 head\n', 'latin1');
const NUMBER = 8;
const bytes = Buffer.alloc(TAG.length + 2 * NUMBER + 64);
TAG.copy(bytes);

/**
 * What the map holds for a stream: see map-hash.ts.
 *
 * @throws AttestError `invalid-head` (numbers), `invalid-hash`
 */
export function headValue({ seq, index, leafHash, headerHash }: Head): Buffer {
  if (!isCount(seq) || !isCount(index) || index < seq)
    throw new AttestError(
      'invalid-head',
      'seq and leaf index are whole numbers from 0 to 2^53−1, and the index is not below the seq',
    );
  writeCount(bytes, TAG.length, seq);
  writeCount(bytes, TAG.length + NUMBER, index);
  bytes.set(checkHash(leafHash), TAG.length + 2 * NUMBER);
  bytes.set(checkHash(headerHash), TAG.length + 2 * NUMBER + 32);
  return sha256(bytes);
}

/** 64 bits, big-endian. */
export function writeCount(target: Buffer, at: number, value: number): void {
  target.writeUInt32BE(Math.floor(value / 2 ** 32), at);
  target.writeUInt32BE(value % 2 ** 32, at + 4);
}

export function readCount(source: Buffer, at: number): number {
  return source.readUInt32BE(at) * 2 ** 32 + source.readUInt32BE(at + 4);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
