import { closeSync, openSync, readSync } from 'node:fs';
import { POSITION_BYTES as RECORD, RecordFile, readPosition, writePosition } from '@cytoledger/attest/disk';
import type { Position } from '@cytoledger/event-store';

/**
 * Which event of the store each leaf is: an append-only file of positions, in the order of the leaves, which is the order of the positions too.
 * The leaf's hash stands at the same index of the log.
 */
export class PositionFile {
  readonly #file: RecordFile;
  readonly #record = Buffer.alloc(RECORD);

  private constructor(file: RecordFile) {
    this.#file = file;
  }

  static async open(path: string): Promise<PositionFile> {
    return new PositionFile(await RecordFile.open(path, RECORD));
  }

  get count(): number {
    return this.#file.count;
  }

  add(position: Position): void {
    writePosition(position, this.#record);
    this.#file.add(this.#record);
  }

  /** Of a leaf that exists. */
  at(index: number): Position {
    return readPosition(this.#file.read(index, 1)) as Position;
  }

  /** Writes and syncs what was added. After a failure the next call writes it again. */
  flush(): Promise<void> {
    return this.#file.flush();
  }

  /** Forgets everything from `count`, all of which is on disk. */
  cut(count: number): Promise<void> {
    return this.#file.cut(count);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** So many records are read at once: 64 KiB. */
const BLOCK = 4096;

/** Records in memory, of leaves that were signed: they never change. */
class Block {
  readonly #start: number;
  readonly #records: Buffer;

  constructor(start: number, records: Buffer) {
    this.#start = start;
    this.#records = records;
  }

  /** `elsewhere` unless the record stands, or would stand, between the first of these and the last. */
  indexOf(wanted: Buffer, size: number): number | undefined | 'elsewhere' {
    const count = this.#records.length / RECORD;
    if (count === 0 || this.#order(0, wanted) > 0 || this.#order(count - 1, wanted) < 0) return 'elsewhere';
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = this.#order(middle, wanted);
      if (order === 0) return this.#start + middle < size ? this.#start + middle : undefined;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }

  #order(place: number, wanted: Buffer): number {
    return this.#records.compare(wanted, 0, RECORD, place * RECORD, (place + 1) * RECORD);
  }
}

/** The same file, read beside whoever appends to it. Ask for leaves that were signed only. */
export class PositionReader {
  readonly #file: number;
  #block = new Block(0, Buffer.alloc(0));

  constructor(path: string) {
    this.#file = openSync(path, 'r');
  }

  at(index: number): Position {
    return readPosition(readRecords(this.#file, index, 1)) as Position;
  }

  /** The leaf below `size` that is the event at that position; undefined where none is. Neighbours that are asked for one after the other are cheap. */
  indexOf(position: Position, size: number): number | undefined {
    const wanted = Buffer.alloc(RECORD);
    writePosition(position, wanted);
    const near = this.#block.indexOf(wanted, size);
    if (near !== 'elsewhere') return near;
    let [low, high] = [0, size];
    while (high - low > BLOCK) {
      const middle = Math.floor((low + high) / 2);
      if (readRecords(this.#file, middle, 1).compare(wanted) <= 0) low = middle;
      else high = middle;
    }
    this.#block = new Block(low, readRecords(this.#file, low, high - low));
    const found = this.#block.indexOf(wanted, size);
    return found === 'elsewhere' ? undefined : found;
  }

  close(): void {
    closeSync(this.#file);
  }
}

function readRecords(file: number, index: number, count: number): Buffer {
  const bytes = Buffer.allocUnsafe(count * RECORD);
  for (let read = 0; read < bytes.length; ) {
    const got = readSync(file, bytes, read, bytes.length - read, index * RECORD + read);
    if (got === 0) throw new RangeError(`the index holds no position of leaf ${index}`);
    read += got;
  }
  return bytes;
}
