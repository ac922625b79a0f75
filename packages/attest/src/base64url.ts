import { AttestError } from './errors.ts';

/** Unpadded base64url (RFC 4648 §5). */
export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/**
 * The bytes of an unpadded base64url text, which must be the one that {@link base64url} would make of them: no padding, no other
 * alphabet, no stray bits in the last character. Two texts for the same bytes would be two digests for one thing.
 *
 * @throws AttestError `invalid-base64url`
 */
export function fromBase64url(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) {
    throw new AttestError('invalid-base64url', 'not canonical unpadded base64url (RFC 4648 §5)');
  }
  return bytes;
}

/** 32 bytes as canonical unpadded base64url: 43 characters, the last of which carries four bits. */
export function isDigest(text: unknown): text is string {
  return typeof text === 'string' && DIGEST.test(text);
}

/** At least 16 bytes of canonical unpadded base64url would be too lax for a nonce: exactly 16, 22 characters, the last carries two bits. */
export function is128Bits(text: unknown): text is string {
  return typeof text === 'string' && BITS_128.test(text);
}

const DIGEST = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const BITS_128 = /^[A-Za-z0-9_-]{21}[AQgw]$/;
