const SMALLEST = 1024;

/**
 * Bytes that grow as they are written, to be handed to another thread without a copy. `bytes` and `view` change when it grows:
 * read them after {@link reserve}.
 */
export class GrowingBytes {
  bytes: Buffer;
  view: DataView;
  length = 0;

  constructor(buffer: ArrayBuffer = new ArrayBuffer(SMALLEST)) {
    this.bytes = Buffer.from(buffer);
    this.view = new DataView(buffer);
  }

  /** Makes room for so many more bytes and returns where they begin; the caller advances `length`. */
  reserve(count: number): number {
    const needed = this.length + count;
    if (needed > this.bytes.byteLength) {
      const wider = new ArrayBuffer(Math.max(needed, this.bytes.byteLength * 2));
      const bytes = Buffer.from(wider);
      bytes.set(this.bytes.subarray(0, this.length));
      this.bytes = bytes;
      this.view = new DataView(wider);
    }
    return this.length;
  }

  get buffer(): ArrayBuffer {
    return this.view.buffer as ArrayBuffer;
  }
}
