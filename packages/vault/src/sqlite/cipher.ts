import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/** AES-256-GCM (NIST SP 800-38D) as `version ‖ nonce ‖ tag ‖ ciphertext`. Nonces are random: far below 2^32 are made under one key. */
const VERSION = 1;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const HEAD_LENGTH = 1 + NONCE_LENGTH + TAG_LENGTH;

export const KEY_LENGTH = 32;

/** `bound` are texts without U+0000 that must be the same again when it is opened. */
export function seal(key: Uint8Array, plain: Uint8Array, bound: readonly string[]): Buffer {
  const nonce = randomBytes(NONCE_LENGTH);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(bound.join('\0'), 'utf8'));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed]);
}

/** Undefined where the bytes, the key or what was bound are not those of the sealing. */
export function unseal(key: Uint8Array, sealed: Uint8Array, bound: readonly string[]): Buffer | undefined {
  if (sealed.length < HEAD_LENGTH || sealed[0] !== VERSION) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_LENGTH), { authTagLength: TAG_LENGTH });
  decipher.setAAD(Buffer.from(bound.join('\0'), 'utf8'));
  decipher.setAuthTag(sealed.subarray(1 + NONCE_LENGTH, HEAD_LENGTH));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(HEAD_LENGTH)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** Keys for different uses from one key, so that both are gone with it. */
export function deriveKey(key: Uint8Array, use: 'disclosures' | 'salts'): Buffer {
  return createHmac('sha256', key).update(`cytoledger vault ${use}`).digest();
}
