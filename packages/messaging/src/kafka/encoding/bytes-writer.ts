/** Text of up to so many characters is written one by one while it is ASCII: for so few, a call into native code costs more. */
const SHORT = 96;

/** Kafka's primitive types, big-endian, into memory whose size is known beforehand. */
export class BytesWriter {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  int8(value: number): void {
    this.bytes[this.at++] = value;
  }

  int16(value: number): void {
    this.at = this.bytes.writeInt16BE(value, this.at);
  }

  int32(value: number): void {
    this.at = this.bytes.writeInt32BE(value, this.at);
  }

  int64(value: bigint): void {
    this.at = this.bytes.writeBigInt64BE(value, this.at);
  }

  /** Zigzag, seven bits a byte. */
  varint(value: number): void {
    let left = (value << 1) ^ (value >> 31);
    while ((left & ~127) !== 0) {
      this.bytes[this.at++] = (left & 127) | 128;
      left >>>= 7;
    }
    this.bytes[this.at++] = left;
  }

  raw(value: Uint8Array): void {
    this.bytes.set(value, this.at);
    this.at += value.length;
  }

  /** UTF-8. */
  text(value: string): void {
    const { bytes, at } = this;
    if (value.length <= SHORT) {
      let n = 0;
      for (; n < value.length; n++) {
        const code = value.charCodeAt(n);
        if (code > 127) break;
        bytes[at + n] = code;
      }
      if (n === value.length) {
        this.at += n;
        return;
      }
    }
    this.at += bytes.write(value, at, 'utf8');
  }

  /** A string with its length before it. */
  string(value: string): void {
    this.int16(Buffer.byteLength(value));
    this.text(value);
  }

  varString(value: string): void {
    this.varint(Buffer.byteLength(value));
    this.text(value);
  }
}

export function varintSize(value: number): number {
  let left = (value << 1) ^ (value >> 31);
  let size = 1;
  while ((left & ~127) !== 0) {
    size++;
    left >>>= 7;
  }
  return size;
}

export function varStringSize(value: string): number {
  const size = Buffer.byteLength(value);
  return varintSize(size) + size;
}

/** Of a string with its length before it. */
export function stringSize(value: string): number {
  return 2 + Buffer.byteLength(value);
}
