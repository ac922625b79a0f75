export const UUID_BYTES = 16;

const DASHES = new Set([8, 13, 18, 23]);
const digitPlaces = Array.from({ length: 36 }, (_, i) => i).filter((i) => !DASHES.has(i));
const highPlaces = Uint8Array.from({ length: 16 }, (_, i) => digitPlaces[2 * i]!);

const nibbles = new Uint8Array(128);
const digits = new Uint8Array(16);
for (let i = 0; i < 16; i++) {
  const code = '0123456789abcdef'.charCodeAt(i);
  nibbles[code] = i;
  digits[i] = code;
}

/** Writes the 16 bytes of a UUID in canonical lower-case text form. */
export function writeUuidBytes(uuid: string, target: Uint8Array, offset: number): void {
  for (let i = 0; i < 16; i++) {
    const at = highPlaces[i]!;
    target[offset + i] = (nibbles[uuid.charCodeAt(at)]! << 4) | nibbles[uuid.charCodeAt(at + 1)]!;
  }
}

export function uuidBytes(uuid: string): Uint8Array {
  const bytes = new Uint8Array(16);
  writeUuidBytes(uuid, bytes, 0);
  return bytes;
}

/** Writes the 36 ASCII characters of the UUID whose bytes stand there. */
export function writeUuidText(bytes: Uint8Array, target: Uint8Array, offset: number, from = 0): void {
  for (let i = 0; i < 16; i++) {
    const byte = bytes[from + i]!;
    const at = offset + highPlaces[i]!;
    target[at] = digits[byte >> 4]!;
    target[at + 1] = digits[byte & 15]!;
  }
  target[offset + 8] = 0x2d;
  target[offset + 13] = 0x2d;
  target[offset + 18] = 0x2d;
  target[offset + 23] = 0x2d;
}

export function uuidText(bytes: Uint8Array): string {
  const text = Buffer.allocUnsafe(36);
  writeUuidText(bytes, text, 0);
  return text.toString('latin1');
}
