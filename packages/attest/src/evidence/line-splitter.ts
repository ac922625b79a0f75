import { LIMITS } from './limits.ts';

/**
 * Cuts a stream of bytes into lines. A line is handed on without its newline; what follows the last newline, or a line that is longer than
 * allowed, is told by {@link LineSplitter.rest} and {@link LineSplitter.isTooLong}.
 */
export class LineSplitter {
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  /** Lines that end in these bytes; stops at the first that is too long. */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(NEWLINE, start);
      const piece = bytes.subarray(start, end < 0 ? bytes.length : end);
      if (this.#pendingBytes + piece.length > LIMITS.lineBytes || end < 0) {
        this.#pending.push(Buffer.from(piece));
        this.#pendingBytes += piece.length;
        return;
      }
      yield this.#pending.length === 0 ? piece : Buffer.concat([...this.#pending, piece]);
      this.#pending = [];
      this.#pendingBytes = 0;
      start = end + 1;
    }
  }

  /** Bytes after the last newline. */
  get rest(): number {
    return this.#pendingBytes;
  }

  get isTooLong(): boolean {
    return this.#pendingBytes > LIMITS.lineBytes;
  }
}

const NEWLINE = 0x0a;
