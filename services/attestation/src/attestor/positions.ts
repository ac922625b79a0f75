import { closeSync, constants, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Position } from '@cytoledger/event-store';

/** The one or two groups of a position, 64 bits each; where there is one group, the second is all ones. */
const RECORD = 16;
const NO_GROUP = 2n ** 64n - 1n;
const FIRST_TAIL = 4096 * RECORD;

/**
 * Which event of the store each leaf is: an append-only file of positions, in the order of the leaves, which is the order of the positions too.
 * The leaf's hash stands at the same index of the log.
 */
export class PositionFile {
  readonly #file: FileHandle;
  #flushed: number;
  #tail = Buffer.allocUnsafe(FIRST_TAIL);
  #tailCount = 0;

  private constructor(file: FileHandle, flushed: number) {
    this.#file = file;
    this.#flushed = flushed;
  }

  static async open(path: string): Promise<PositionFile> {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o644);
    return new PositionFile(file, Math.floor((await file.stat()).size / RECORD));
  }

  get count(): number {
    return this.#flushed + this.#tailCount;
  }

  add(position: Position): void {
    if ((this.#tailCount + 1) * RECORD > this.#tail.length) {
      const wider = Buffer.allocUnsafe(this.#tail.length * 2);
      this.#tail.copy(wider);
      this.#tail = wider;
    }
    writePosition(position, this.#tail, this.#tailCount * RECORD);
    this.#tailCount++;
  }

  /** Of a leaf that exists. */
  at(index: number): Position {
    return index >= this.#flushed
      ? readPosition(this.#tail, (index - this.#flushed) * RECORD)
      : readPosition(readRecords(this.#file.fd, index, 1), 0);
  }

  /** Writes and syncs what was added. After a failure the next call writes it again. */
  async flush(): Promise<void> {
    const bytes = this.#tail.subarray(0, this.#tailCount * RECORD);
    if (bytes.length === 0) return;
    for (let written = 0; written < bytes.length; ) {
      written += (await this.#file.write(bytes, written, bytes.length - written, this.#flushed * RECORD + written)).bytesWritten;
    }
    await this.#file.datasync();
    this.#tail.copyWithin(0, bytes.length, this.#tailCount * RECORD);
    this.#flushed += bytes.length / RECORD;
    this.#tailCount -= bytes.length / RECORD;
  }

  /** Forgets everything from `count`, all of which is on disk. */
  async cut(count: number): Promise<void> {
    this.#tailCount = 0;
    await this.#file.truncate(count * RECORD);
    await this.#file.datasync();
    this.#flushed = count;
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
    return readPosition(readRecords(this.#file, index, 1), 0);
  }

  /** The leaf below `size` that is the event at that position; undefined where none is. Neighbours that are asked for one after the other are cheap. */
  indexOf(position: Position, size: number): number | undefined {
    const wanted = Buffer.alloc(RECORD);
    writePosition(position, wanted, 0);
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

function writePosition(position: Position, target: Buffer, at: number): void {
  const dash = position.indexOf('-');
  writeGroup(dash < 0 ? position : position.slice(0, dash), target, at);
  if (dash < 0) target.fill(0xff, at + 8, at + RECORD);
  else writeGroup(position.slice(dash + 1), target, at + 8);
}

/** Up to so many digits are exact as a number, which is ten times as fast as a big one. */
const EXACT_DIGITS = 15;

function writeGroup(digits: string, target: Buffer, at: number): void {
  if (digits.length > EXACT_DIGITS) {
    target.writeBigUInt64BE(BigInt(digits), at);
    return;
  }
  const value = Number(digits);
  target.writeUInt32BE(Math.floor(value / 2 ** 32), at);
  target.writeUInt32BE(value % 2 ** 32, at + 4);
}

function readPosition(source: Buffer, at: number): Position {
  const first = source.readBigUInt64BE(at);
  const second = source.readBigUInt64BE(at + 8);
  return (second === NO_GROUP ? `${first}` : `${first}-${second}`) as Position;
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
