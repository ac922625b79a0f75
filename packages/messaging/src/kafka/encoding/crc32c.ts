/** Castagnoli's polynomial, reversed (RFC 3720 §12.1). */
const POLYNOMIAL = 0x82f63b78;
const STEPS = 8;

/** Eight tables after one another: what a byte does to the sum when so many bytes follow it. */
const TABLES = new Int32Array(STEPS * 256);
for (let byte = 0; byte < 256; byte++) {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
  TABLES[byte] = sum;
}
for (let at = 256; at < TABLES.length; at++) {
  const before = TABLES[at - 256]!;
  TABLES[at] = (before >>> 8) ^ TABLES[before & 255]!;
}

/** CRC-32C, which guards a record batch, of a part of these bytes: eight at a time, twice as fast as one by one. Node has only CRC-32. */
export function crc32c(bytes: Uint8Array, from: number, to: number): number {
  let sum = -1;
  let at = from;
  for (const last = to - STEPS; at <= last; at += STEPS) {
    const four = sum ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    sum =
      TABLES[1792 | (four & 255)]! ^
      TABLES[1536 | ((four >>> 8) & 255)]! ^
      TABLES[1280 | ((four >>> 16) & 255)]! ^
      TABLES[1024 | (four >>> 24)]! ^
      TABLES[768 | bytes[at + 4]!]! ^
      TABLES[512 | bytes[at + 5]!]! ^
      TABLES[256 | bytes[at + 6]!]! ^
      TABLES[bytes[at + 7]!]!;
  }
  for (; at < to; at++) sum = TABLES[(sum ^ bytes[at]!) & 255]! ^ (sum >>> 8);
  return (sum ^ -1) >>> 0;
}
