import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../durable/index.ts';
import { AttestError } from '../errors.ts';
import { EMPTY_ROOT } from '../merkle.ts';
import { BlockCache } from './block-cache.ts';
import { RecordFile } from './record-file.ts';
import { CACHED_BLOCKS, CACHED_FROM, FILES, foldHashes, GROUP, HASH_LENGTH, nodesFrom, STEP, stepFile } from './stepped-nodes.ts';
import { TILE_WIDTH, type TilePath } from './tile-path.ts';
import { consistencyFrom, inclusionFrom, rootFrom } from './tree-nodes.ts';

export type TileLogOptions = {
  /** Belongs to this log alone; made where it is missing. */
  readonly folder: string;
  /** The last checkpoint that was signed; none for a log without one, which then begins empty. */
  readonly signed?: { readonly size: number; readonly root: Uint8Array };
};

/**
 * Opens the Merkle log of a folder as it was signed last: what was written after that is cut off, since it may be torn, and comes
 * again from whoever appended it. Reads one group of hashes for each height, never the whole log. One process at a time.
 *
 * @throws AttestError `log-too-short`: the folder holds fewer leaves than were signed; `log-damaged`: the nodes do not lead to the root
 */
export async function openTileLog({ folder, signed = { size: 0, root: EMPTY_ROOT } }: TileLogOptions): Promise<TileLog> {
  await mkdir(folder, { recursive: true });
  const files = await Promise.all(
    Array.from({ length: FILES }, (_, step) => RecordFile.open(join(folder, stepFile(step)), HASH_LENGTH)),
  );
  try {
    await syncFolder(folder);
    const log = new TileLog(files);
    await log.cutBack(signed.size);
    if (!log.root().equals(signed.root))
      throw new AttestError('log-damaged', `the nodes on disk do not lead to the root signed for ${signed.size} leaves`);
    return log;
  } catch (error) {
    await Promise.all(files.map((file) => file.close()));
    throw error;
  }
}

/**
 * An RFC 6962 tree that grows on disk. Each file holds the hashes of complete subtrees of one height, in order: an append-only file in
 * which every tile of C2SP tlog-tiles, partial ones included, is a slice.
 *
 * What was appended is part of the tree at once, and on disk after {@link flush}. Sign nothing above {@link flushedSize}.
 */
export class TileLog {
  readonly #files: readonly RecordFile[];
  /** The hashes of each file after its last complete group of 16. */
  readonly #groups: readonly Buffer[];
  readonly #cache = new BlockCache(CACHED_BLOCKS);
  readonly #work = Buffer.alloc(GROUP * HASH_LENGTH);
  #flushedSize = 0;
  #working: Promise<unknown> = Promise.resolve();

  constructor(files: readonly RecordFile[]) {
    this.#files = files;
    this.#groups = files.map(() => Buffer.alloc(GROUP * HASH_LENGTH));
  }

  get size(): number {
    return this.#files[0]!.count;
  }

  /** So many leaves would survive the loss of power. */
  get flushedSize(): number {
    return this.#flushedSize;
  }

  /**
   * Adds leaf hashes at the end; returns the index of the first.
   *
   * @throws AttestError `invalid-hash`, and then none is added
   */
  append(leafHashes: readonly Uint8Array[]): number {
    const wrong = leafHashes.find(({ length }) => length !== HASH_LENGTH);
    if (wrong) throw new AttestError('invalid-hash', `a hash is ${HASH_LENGTH} bytes, not ${wrong.length}`);
    const first = this.size;
    for (const hash of leafHashes) this.#add(0, hash);
    return first;
  }

  /** Writes and syncs what was appended, at least before the call; returns the size that is then on disk. Can be tried again after a failure. */
  flush(): Promise<number> {
    return this.#inTurn(async () => {
      const size = this.size;
      await Promise.all(this.#files.map((file) => file.flush()));
      this.#flushedSize = size;
      return size;
    });
  }

  /**
   * Forgets all leaves from `size`, on disk too. Nothing may be appended meanwhile.
   *
   * @throws AttestError `invalid-tree-size`, `log-too-short`, `log-damaged`
   */
  cutBack(size: number): Promise<void> {
    return this.#inTurn(async () => {
      if (!Number.isSafeInteger(size) || size < 0) throw new AttestError('invalid-tree-size', `no log has a size of ${size}`);
      for (const [step, file] of this.#files.entries()) {
        if (file.count >= Math.floor(size / GROUP ** step)) continue;
        if (step === 0) throw new AttestError('log-too-short', `there are ${file.count} leaves on disk, not ${size}`);
        throw new AttestError('log-damaged', `nodes of height ${step * STEP} are missing`);
      }
      this.#cache.clear();
      // From the top: cut off halfway, the files still hold all nodes of the leaves that they hold.
      for (let step = FILES - 1; step >= 0; step--) await this.#files[step]!.cut(Math.floor(size / GROUP ** step));
      this.#flushedSize = this.size;
      this.#files.forEach((file, step) => {
        const over = file.count % GROUP;
        file.read(file.count - over, over).copy(this.#groups[step]!);
      });
    });
  }

  /** @throws AttestError `invalid-tree-size` above {@link size} */
  root(size = this.size): Buffer {
    this.#checkSize(size);
    return rootFrom(this.#nodeAt, size);
  }

  /** @throws AttestError `index-out-of-range` */
  leaf(index: number): Buffer {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.size)
      throw new AttestError('index-out-of-range', `no leaf ${index} in a tree of ${this.size}`);
    return this.#hashes(0, index, 1);
  }

  /** RFC 9162 §2.1.3.1 path. @throws AttestError `index-out-of-range`, `invalid-tree-size` */
  inclusion(index: number, size: number): Buffer[] {
    this.#checkSize(size);
    return inclusionFrom(this.#nodeAt, index, size);
  }

  /** RFC 9162 §2.1.4.1 path. @throws AttestError `invalid-tree-size` */
  consistency(size1: number, size2: number): Buffer[] {
    this.#checkSize(size2);
    return consistencyFrom(this.#nodeAt, size1, size2);
  }

  /** The bytes of a tile of hashes, or undefined where the log is not that long. Bundles of entries are not kept here. */
  tile({ level, index, width }: TilePath): Buffer | undefined {
    const file = level === 'entries' ? undefined : this.#files[(level * Math.log2(TILE_WIDTH)) / STEP];
    const start = index * TILE_WIDTH;
    return file === undefined || file.count < start + width ? undefined : file.read(start, width);
  }

  /** What was not flushed is lost. */
  async close(): Promise<void> {
    await this.#working.catch(() => undefined);
    await Promise.all(this.#files.map((file) => file.close()));
  }

  #add(step: number, hash: Uint8Array): void {
    const file = this.#files[step]!;
    const group = this.#groups[step]!;
    const place = file.count % GROUP;
    file.add(hash);
    group.set(hash, place * HASH_LENGTH);
    if (place < GROUP - 1) return;
    group.copy(this.#work);
    foldHashes(this.#work, GROUP);
    this.#add(step + 1, this.#work.subarray(0, HASH_LENGTH));
  }

  readonly #nodeAt = nodesFrom((step, start, count) => this.#hashes(step, start, count));

  /** Copies of consecutive hashes within one block. */
  #hashes(step: number, start: number, count: number): Buffer {
    const file = this.#files[step]!;
    const block = Math.floor(start / TILE_WIDTH);
    if (step < CACHED_FROM || (block + 1) * TILE_WIDTH > file.flushed) return file.read(start, count);
    const bytes = this.#cache.get(block * FILES + step, () => file.read(block * TILE_WIDTH, TILE_WIDTH));
    const from = (start % TILE_WIDTH) * HASH_LENGTH;
    return Buffer.from(bytes.subarray(from, from + count * HASH_LENGTH));
  }

  #checkSize(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.size)
      throw new AttestError('invalid-tree-size', `no tree of ${size} in a log of ${this.size}`);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#working.then(work, work);
    this.#working = result;
    return result;
  }
}
