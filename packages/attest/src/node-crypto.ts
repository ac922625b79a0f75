/** The only file that touches node:crypto and node:buffer's text checks, so that another runtime needs another such file and no more. */
import { isAscii, isUtf8 } from 'node:buffer';
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  KeyObject,
  randomBytes,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';

export { KeyObject, randomBytes };

export type Bytes = Uint8Array | string;

/**
 * SHA-256 (FIPS 180-4) of bytes, or of a string's UTF-8. By way of a string with one character a byte: asked for a Buffer, the one-shot
 * hash takes several times as long.
 */
export function sha256(data: Bytes): Buffer {
  return Buffer.from(hash('sha256', data, 'binary'), 'binary');
}

/** SHA-256 into 32 bytes of a buffer that is there already. */
export function sha256Into(data: Bytes, target: Buffer, offset: number): void {
  target.write(hash('sha256', data, 'binary'), offset, 32, 'binary');
}

/** Unpadded base64url of the SHA-256 of bytes, or of a string's UTF-8. */
export function digestOf(data: Bytes): string {
  return hash('sha256', data, 'base64url');
}

export function sha256Hex(data: Bytes): string {
  return hash('sha256', data, 'hex');
}

/**
 * HMAC-SHA-256 (RFC 2104). Written out over the one-shot hash, since createHmac costs several times as much; the blocks of a key are made
 * once and kept as long as the key's array is, whose bytes must not change.
 */
export function hmacSha256(key: Uint8Array, data: string): Buffer {
  const { inner, outer } = hmacBlocks(key);
  const length = Buffer.byteLength(data);
  const message = length <= MESSAGE_ROOM ? inner : Buffer.concat([inner.subarray(0, HMAC_BLOCK)], HMAC_BLOCK + length);
  message.write(data, HMAC_BLOCK, 'utf8');
  sha256Into(message.subarray(0, HMAC_BLOCK + length), outer, HMAC_BLOCK);
  return sha256(outer);
}

/** Each begins with the key's block and has room for what is hashed after it. */
type HmacBlocks = { readonly inner: Buffer; readonly outer: Buffer };

function hmacBlocks(key: Uint8Array): HmacBlocks {
  const known = blocksOf.get(key);
  if (known) return known;
  const short = key.length > HMAC_BLOCK ? sha256(key) : key;
  const made = { inner: Buffer.alloc(HMAC_BLOCK + MESSAGE_ROOM), outer: Buffer.alloc(HMAC_BLOCK + 32) };
  for (let i = 0; i < HMAC_BLOCK; i++) {
    const byte = i < short.length ? short[i]! : 0;
    made.inner[i] = byte ^ 0x36;
    made.outer[i] = byte ^ 0x5c;
  }
  blocksOf.set(key, made);
  return made;
}

const HMAC_BLOCK = 64;
/** A stream's name and an id are shorter. */
const MESSAGE_ROOM = 512;
const blocksOf = new WeakMap<Uint8Array, HmacBlocks>();

/** UTF-8 text of the bytes with a leading U+FEFF kept, or undefined where they are not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAscii(bytes)) return buffer.toString('latin1');
  return isUtf8(bytes) ? buffer.toString('utf8') : undefined;
}

type Ed25519Jwk = { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string; readonly d?: string };

export function generateEd25519(): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync('ed25519');
}

export function privateKeyOf(jwk: Ed25519Jwk): KeyObject {
  return createPrivateKey({ key: { ...jwk }, format: 'jwk' });
}

export function publicKeyOf(jwk: Ed25519Jwk): KeyObject {
  return createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, format: 'jwk' });
}

export function publicHalf(privateKey: KeyObject): KeyObject {
  return createPublicKey(privateKey);
}

export function signEd25519(data: Uint8Array, privateKey: KeyObject): Buffer {
  return signBytes(null, data, privateKey);
}

/** RFC 8032 §5.1.7, cofactorless, S < L. Canonical and low-order points are the caller's to check. */
export function verifyEd25519(data: Uint8Array, publicKey: KeyObject, signature: Uint8Array): boolean {
  return verifyBytes(null, data, publicKey, signature);
}
