import { closeSync, openSync, readSync } from 'node:fs';

const BLOCK_RECORDS = 2048;

/** A file of records of one length, read forwards a block at a time. */
export class RecordFile {
  readonly #file: number;
  readonly #length: number;
  readonly #block: Buffer;
  #start = 0;
  #count = 0;

  constructor(path: string, length: number) {
    this.#file = openSync(path, 'r');
    this.#length = length;
    this.#block = Buffer.allocUnsafe(BLOCK_RECORDS * length);
  }

  /** A view that holds until another record is read; undefined where the file ends before it. */
  at(index: number): Buffer | undefined {
    const at = this.#offsetOf(index);
    return at < 0 ? undefined : this.#block.subarray(at, at + this.#length);
  }

  /** Whether `count` records, from one on, are these bytes. They must not lie across the end of a block: where `count` divides their index, they do not. */
  areAt(index: number, bytes: Uint8Array, count = 1): boolean {
    const at = this.#offsetOf(index);
    if (at < 0 || index + count > this.#start + this.#count) return false;
    for (let i = 0, end = count * this.#length; i < end; i++) if (this.#block[at + i] !== bytes[i]) return false;
    return true;
  }

  /** In the block, which is read where it has to be; negative where the file ends before it. */
  #offsetOf(index: number): number {
    if (index < this.#start || index >= this.#start + this.#count) this.#read(index - (index % BLOCK_RECORDS));
    return index < this.#start + this.#count ? (index - this.#start) * this.#length : -1;
  }

  close(): void {
    closeSync(this.#file);
  }

  #read(first: number): void {
    let read = 0;
    while (read < this.#block.length) {
      const got = readSync(this.#file, this.#block, read, this.#block.length - read, first * this.#length + read);
      if (got === 0) break;
      read += got;
    }
    this.#start = first;
    this.#count = Math.floor(read / this.#length);
  }
}
