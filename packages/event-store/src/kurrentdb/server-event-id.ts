import { hash } from 'node:crypto';

/**
 * The id under which the server keeps an event: the first 16 bytes of SHA-256(header) as a UUIDv8 (RFC 9562 section 5.8). The same
 * header sent again is then the same event to the server, and one sealed anew under our old id is another.
 */
export function serverEventId(header: Uint8Array): string {
  const bytes = hash('sha256', header, 'buffer').subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
