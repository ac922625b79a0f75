import { constants, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const FIRST_TAIL = 1024;

/** A file that is nothing but records of one length, one after the other. What was added since the last flush is in memory, and read like the rest. */
export class RecordFile {
  readonly #file: FileHandle;
  readonly #length: number;
  /** Records on disk, which are not written again. */
  #flushed: number;
  #tail: Buffer;
  #tailCount = 0;

  private constructor(file: FileHandle, length: number, flushed: number) {
    this.#file = file;
    this.#length = length;
    this.#flushed = flushed;
    this.#tail = Buffer.allocUnsafe(FIRST_TAIL * length);
  }

  /** @param length bytes of each record */
  static async open(path: string, length: number): Promise<RecordFile> {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o644);
    return new RecordFile(file, length, Math.floor((await file.stat()).size / length));
  }

  get count(): number {
    return this.#flushed + this.#tailCount;
  }

  get flushed(): number {
    return this.#flushed;
  }

  /** Copies the record, or its first bytes where it is longer. */
  add(record: Uint8Array): void {
    const at = this.#tailCount * this.#length;
    if (at === this.#tail.length) {
      const wider = Buffer.allocUnsafe(at * 2);
      this.#tail.copy(wider);
      this.#tail = wider;
    }
    for (let i = 0; i < this.#length; i++) this.#tail[at + i] = record[i]!;
    this.#tailCount++;
  }

  /** The bytes of records that exist, as a copy. */
  read(start: number, count: number): Buffer {
    const bytes = Buffer.allocUnsafe(count * this.#length);
    const fromDisk = Math.max(0, Math.min(count, this.#flushed - start));
    if (fromDisk > 0) {
      const wanted = fromDisk * this.#length;
      let read = 0;
      while (read < wanted) {
        const got = readSync(this.#file.fd, bytes, read, wanted - read, start * this.#length + read);
        if (got === 0) throw new Error('a file of records became shorter while it was open');
        read += got;
      }
    }
    if (fromDisk < count) {
      const from = (start + fromDisk - this.#flushed) * this.#length;
      this.#tail.copy(bytes, fromDisk * this.#length, from, from + (count - fromDisk) * this.#length);
    }
    return bytes;
  }

  /**
   * Writes and syncs what was added before the call. After a failure all of it is still in memory and the next call writes it again, so that
   * no later sync can succeed without it.
   */
  async flush(): Promise<void> {
    const count = this.#tailCount;
    if (count === 0) return;
    const bytes = this.#tail.subarray(0, count * this.#length);
    let written = 0;
    while (written < bytes.length) {
      const position = this.#flushed * this.#length + written;
      written += (await this.#file.write(bytes, written, bytes.length - written, position)).bytesWritten;
    }
    await this.#file.datasync();
    this.#tail.copyWithin(0, count * this.#length, this.#tailCount * this.#length);
    this.#flushed += count;
    this.#tailCount -= count;
  }

  /** Forgets all records from the `count`th, on disk too. */
  async cut(count: number): Promise<void> {
    this.#tailCount = Math.max(0, Math.min(this.#tailCount, count - this.#flushed));
    if (count > this.#flushed) return;
    await this.#file.truncate(count * this.#length);
    await this.#file.datasync();
    this.#flushed = count;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
