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
    if (index < this.#start || index >= this.#start + this.#count) this.#read(index);
    const at = (index - this.#start) * this.#length;
    return index < this.#start + this.#count ? this.#block.subarray(at, at + this.#length) : undefined;
  }

  close(): void {
    closeSync(this.#file);
  }

  #read(index: number): void {
    let read = 0;
    while (read < this.#block.length) {
      const got = readSync(this.#file, this.#block, read, this.#block.length - read, index * this.#length + read);
      if (got === 0) break;
      read += got;
    }
    this.#start = index;
    this.#count = Math.floor(read / this.#length);
  }
}
