import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { AttestError } from '../errors.ts';
import { BlockCache } from './block-cache.ts';
import { CACHED_BLOCKS, CACHED_FROM, FILES, HASH_LENGTH, nodesFrom, STEP, stepFile } from './stepped-nodes.ts';
import { TILE_WIDTH, type TilePath } from './tile-path.ts';
import { consistencyFrom, inclusionFrom, rangeHash, rootFrom } from './tree-nodes.ts';

/** Opens the folder of a tile log for reading, beside whoever appends to it. It must exist. */
export function openTileReader({ folder }: { readonly folder: string }): TileReader {
  const files: number[] = [];
  try {
    for (let step = 0; step < FILES; step++) files.push(openSync(join(folder, stepFile(step)), 'r'));
  } catch (error) {
    for (const file of files) closeSync(file);
    throw error;
  }
  return new TileReader(files);
}

/** Proofs and tiles for sizes that were signed, and so are on disk and never cut off. Ask for nothing above: every size is the caller's word. */
export class TileReader {
  readonly #files: readonly number[];
  readonly #cache = new BlockCache(CACHED_BLOCKS);

  constructor(files: readonly number[]) {
    this.#files = files;
  }

  root(size: number): Buffer {
    return rootFrom(this.#nodeAt(size), size);
  }

  /** Hashes of `count` leaves, one after the other. @throws AttestError `log-too-short` */
  leaves(start: number, count: number): Buffer {
    return this.#read(0, start, count);
  }

  /** RFC 9162 §2.1.3.1 path. @throws AttestError `index-out-of-range`, `log-too-short` */
  inclusion(index: number, size: number): Buffer[] {
    return inclusionFrom(this.#nodeAt(size), index, size);
  }

  /**
   * Hash over leaves [low, high) of the log of that size, where low is a multiple of a power of two not below high − low: what one proof for
   * many leaves is made of. @throws AttestError `log-too-short`
   */
  subtree(low: number, high: number, size: number): Buffer {
    return rangeHash(this.#nodeAt(size), low, high);
  }

  /** RFC 9162 §2.1.4.1 path. @throws AttestError `invalid-tree-size`, `log-too-short` */
  consistency(size1: number, size2: number): Buffer[] {
    return consistencyFrom(this.#nodeAt(size2), size1, size2);
  }

  /** The bytes of a tile of hashes of a log of that size; undefined where that log has none there, and for bundles of entries. */
  tile({ level, index, width }: TilePath, size: number): Buffer | undefined {
    if (level === 'entries') return undefined;
    const step = (level * Math.log2(TILE_WIDTH)) / STEP;
    const start = index * TILE_WIDTH;
    return step >= FILES || Math.floor(size / TILE_WIDTH ** level) < start + width ? undefined : this.#read(step, start, width);
  }

  close(): void {
    for (const file of this.#files) closeSync(file);
  }

  #nodeAt(size: number) {
    return nodesFrom((step, start, count) => {
      const block = Math.floor(start / TILE_WIDTH);
      if (step < CACHED_FROM || (block + 1) * TILE_WIDTH > Math.floor(size / 2 ** (step * STEP)))
        return this.#read(step, start, count);
      const bytes = this.#cache.get(block * FILES + step, () => this.#read(step, block * TILE_WIDTH, TILE_WIDTH));
      const from = (start % TILE_WIDTH) * HASH_LENGTH;
      return Buffer.from(bytes.subarray(from, from + count * HASH_LENGTH));
    });
  }

  #read(step: number, start: number, count: number): Buffer {
    const bytes = Buffer.allocUnsafe(count * HASH_LENGTH);
    for (let read = 0; read < bytes.length; ) {
      const got = readSync(this.#files[step]!, bytes, read, bytes.length - read, start * HASH_LENGTH + read);
      if (got === 0)
        throw new AttestError('log-too-short', `there is no node ${start + count - 1} of height ${step * STEP} on disk`);
      read += got;
    }
    return bytes;
  }
}
