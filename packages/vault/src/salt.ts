import { createHmac } from 'node:crypto';

/**
 * The salt of one disclosure: the first 128 bits of HMAC-SHA-256(salt key of the subject, stream ‖ 00 ‖ id ‖ 00 ‖ pointer), base64url. The
 * same for a retry; beyond anybody's reach once the key is destroyed.
 */
export function salt(key: Uint8Array, stream: string, id: string, pointer: string): string {
  return createHmac('sha256', key).update(`${stream}\0${id}\0${pointer}`).digest().subarray(0, 16).toString('base64url');
}
