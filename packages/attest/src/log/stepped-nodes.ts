import { sha256Into } from '../node-crypto.ts';
import type { NodeAt } from './tree-nodes.ts';

export const HASH_LENGTH = 32;
/** Nodes of every fourth height are kept: half a tile. A path then costs 11 hashes for four heights, not 247 for the eight of a tile. */
export const STEP = 4;
export const GROUP = 2 ** STEP;
/** 16^13 leaves are 2^52. */
export const FILES = 14;
/** Nodes of the lowest two heights are read as they are needed; a block of them is rarely asked for twice. */
export const CACHED_FROM = 2;
export const CACHED_BLOCKS = 512;

/** The file of a log's folder that holds the nodes of height 4 · `step`. */
export function stepFile(step: number): string {
  return `height-${String(step * STEP).padStart(2, '0')}`;
}

const node = Buffer.alloc(1 + 2 * HASH_LENGTH, 1);

/** Leaves the hash over `count` hashes, a power of two, at the beginning of `hashes`. */
export function foldHashes(hashes: Buffer, count: number): void {
  for (let width = count; width > 1; width /= 2) {
    for (let i = 0; i < width / 2; i++) {
      hashes.copy(node, 1, i * 2 * HASH_LENGTH, (i + 1) * 2 * HASH_LENGTH);
      sha256Into(node, hashes, i * HASH_LENGTH);
    }
  }
}

/** Nodes of every height, from copies of consecutive hashes of the heights that are kept. */
export function nodesFrom(hashesAt: (step: number, start: number, count: number) => Buffer): NodeAt {
  return (height, index) => {
    const count = 2 ** (height % STEP);
    const hashes = hashesAt(Math.floor(height / STEP), index * count, count);
    if (count > 1) foldHashes(hashes, count);
    return hashes.subarray(0, HASH_LENGTH);
  };
}
