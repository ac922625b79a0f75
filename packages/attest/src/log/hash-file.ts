import { constants, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { HASH_LENGTH } from './stepped-nodes.ts';

const FIRST_TAIL = 1024 * HASH_LENGTH;

/** A file that is nothing but hashes, one after the other. What was added since the last flush is in memory, and read like the rest. */
export class HashFile {
  readonly #file: FileHandle;
  /** Hashes on disk, which are not written again. */
  #flushed: number;
  #tail = Buffer.allocUnsafe(FIRST_TAIL);
  #tailCount = 0;

  private constructor(file: FileHandle, flushed: number) {
    this.#file = file;
    this.#flushed = flushed;
  }

  static async open(path: string): Promise<HashFile> {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o644);
    return new HashFile(file, Math.floor((await file.stat()).size / HASH_LENGTH));
  }

  get count(): number {
    return this.#flushed + this.#tailCount;
  }

  get flushed(): number {
    return this.#flushed;
  }

  /** Copies the first 32 bytes. */
  add(hash: Uint8Array): void {
    const at = this.#tailCount * HASH_LENGTH;
    if (at === this.#tail.length) {
      const wider = Buffer.allocUnsafe(at * 2);
      this.#tail.copy(wider);
      this.#tail = wider;
    }
    for (let i = 0; i < HASH_LENGTH; i++) this.#tail[at + i] = hash[i]!;
    this.#tailCount++;
  }

  /** The bytes of hashes that exist, as a copy. */
  read(start: number, count: number): Buffer {
    const bytes = Buffer.allocUnsafe(count * HASH_LENGTH);
    const fromDisk = Math.max(0, Math.min(count, this.#flushed - start));
    if (fromDisk > 0) {
      const wanted = fromDisk * HASH_LENGTH;
      let read = 0;
      while (read < wanted) {
        const got = readSync(this.#file.fd, bytes, read, wanted - read, start * HASH_LENGTH + read);
        if (got === 0) throw new Error('a file of hashes became shorter while it was open');
        read += got;
      }
    }
    if (fromDisk < count) {
      const from = (start + fromDisk - this.#flushed) * HASH_LENGTH;
      this.#tail.copy(bytes, fromDisk * HASH_LENGTH, from, from + (count - fromDisk) * HASH_LENGTH);
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
    const bytes = this.#tail.subarray(0, count * HASH_LENGTH);
    let written = 0;
    while (written < bytes.length) {
      const position = this.#flushed * HASH_LENGTH + written;
      written += (await this.#file.write(bytes, written, bytes.length - written, position)).bytesWritten;
    }
    await this.#file.datasync();
    this.#tail.copyWithin(0, count * HASH_LENGTH, this.#tailCount * HASH_LENGTH);
    this.#flushed += count;
    this.#tailCount -= count;
  }

  /** Forgets all hashes from the `count`th, on disk too. */
  async cut(count: number): Promise<void> {
    this.#tailCount = Math.max(0, Math.min(this.#tailCount, count - this.#flushed));
    if (count > this.#flushed) return;
    await this.#file.truncate(count * HASH_LENGTH);
    await this.#file.datasync();
    this.#flushed = count;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
