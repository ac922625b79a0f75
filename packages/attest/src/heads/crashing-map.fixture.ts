import { writeSync } from 'node:fs';
import { openHeadsMap, type StreamHead } from '../disk.ts';
import { type Head, merkleLeaf, sha256 } from '../index.ts';

const STREAMS = 2_003;
const ENTRIES = 97;

function headAt(index: number): StreamHead {
  const number = (index * index + (index >> 3)) % STREAMS;
  const header = Buffer.from(`header ${index}`);
  return { stream: `stream-${number}`, seq: index, index, leafHash: merkleLeaf(header), headerHash: sha256(header) };
}

/** The step that follows a size: it has no end, and is the same whoever asks. */
export function stepOf(size: number): { number: number; size: number; heads: Iterable<StreamHead> } {
  const heads = Array.from({ length: ENTRIES }, (_, i) => headAt(size + i));
  return { number: size / ENTRIES, size: size + ENTRIES, heads: new Map(heads.map((head) => [head.stream, head])).values() };
}

export function headsAt(size: number): Map<string, Head> {
  return new Map(Array.from({ length: size }, (_, index) => headAt(index)).map((head) => [head.stream, head]));
}

/** Advances a map until it is killed, and tells each size. */
if (import.meta.main) {
  const map = openHeadsMap({ path: process.argv[2]! });
  for (;;) {
    const { size, heads } = stepOf(map.size);
    map.advance(size, heads);
    writeSync(1, `${size}\n`);
  }
}
