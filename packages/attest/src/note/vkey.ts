import { base64, fromBase64 } from '../base64.ts';
import { base64url, fromBase64url } from '../base64url.ts';
import { AttestError } from '../errors.ts';
import { checkPublicKey, type PublicJwk } from '../keys.ts';
import { sha256 } from '../node-crypto.ts';

/** C2SP signed-note, signature types: a plain signature, and one that says when (tlog-cosignature v1). */
export const ED25519 = 1;
export const COSIGNATURE = 4;

export type SignatureType = typeof ED25519 | typeof COSIGNATURE;

/** A public key under the name that notes call it by, for one type of signature. */
export type Vkey = {
  readonly name: string;
  /** First 32 bits of SHA-256(name ‖ 0A ‖ type ‖ key), in hex. With the name, it says which key made a signature. */
  readonly id: string;
  readonly type: SignatureType;
  readonly publicJwk: PublicJwk;
};

const KEY_LENGTH = 32;
const UNFIT_FOR_NAME = /[\p{White_Space}\p{Cc}+]/u;

/** @throws AttestError `invalid-vkey`: empty, or with white space, control characters or a plus sign */
export function checkKeyName(name: string): void {
  if (name === '' || UNFIT_FOR_NAME.test(name) || !name.isWellFormed())
    throw new AttestError('invalid-vkey', 'a key name has no white space and no plus sign');
}

/** @throws AttestError `invalid-vkey` for the name, and those of {@link checkPublicKey} */
export function vkeyOf(name: string, publicJwk: PublicJwk, type: SignatureType): Vkey {
  checkKeyName(name);
  checkPublicKey(publicJwk);
  return { name, id: keyId(name, type, fromBase64url(publicJwk.x)), type, publicJwk };
}

/** `name+id+base64(type ‖ key)` of C2SP signed-note: how witnesses, logs and policies tell their public keys. */
export function formatVkey({ name, id, type, publicJwk }: Vkey): string {
  return `${name}+${id}+${base64(Buffer.concat([Buffer.of(type), fromBase64url(publicJwk.x)]))}`;
}

/**
 * Reads what {@link formatVkey} writes. The base64 may hold plus signs itself, so only the first two separate.
 *
 * @throws AttestError `invalid-vkey`, and those of {@link checkPublicKey}
 */
export function readVkey(text: string): Vkey {
  const first = text.indexOf('+');
  const second = text.indexOf('+', first + 1);
  if (first < 0 || second < 0) throw new AttestError('invalid-vkey', 'a verifier key has three parts: name, id and key');
  const id = text.slice(first + 1, second);
  const bytes = fromBase64(text.slice(second + 1));
  if (bytes?.length !== 1 + KEY_LENGTH)
    throw new AttestError('invalid-vkey', 'the last part is the base64 of a type and 32 bytes of key');
  const type = bytes[0]!;
  if (type !== ED25519 && type !== COSIGNATURE)
    throw new AttestError('invalid-vkey', `signature type ${type} is not supported; 1 (Ed25519) and 4 (cosignature) are`);
  const vkey = vkeyOf(text.slice(0, first), { kty: 'OKP', crv: 'Ed25519', x: base64url(bytes.subarray(1)) }, type);
  if (vkey.id !== id) throw new AttestError('invalid-vkey', 'the id does not belong to this name and key');
  return vkey;
}

function keyId(name: string, type: SignatureType, key: Uint8Array): string {
  return sha256(Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), Buffer.of(type), key]))
    .subarray(0, 4)
    .toString('hex');
}
