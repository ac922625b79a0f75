import { createHmac, randomBytes } from 'node:crypto';
import { base64url, contentNonce, fromBase64url, type PrivateJwk } from '@cytoledger/attest';

/** Where the nonce and the salts of a signed content come from: at least 128 bits each, in base64url. */
export type Randomness = {
  nonce(stream: string, id: string): string;
  salt(stream: string, id: string, pointer: string): string;
};

const BYTES = 16;
const fresh = () => base64url(randomBytes(BYTES));

/** Signing again makes another content. */
export const FRESH: Randomness = { nonce: fresh, salt: fresh };

/**
 * Made from the signing key, so that the same statement under the same key is the same content whoever sends it again, also after a crash: HMAC-SHA-256
 * under keys that are themselves HMACs of the private key, which signs nothing of the kind.
 */
export function repeatable({ d }: PrivateJwk): Randomness {
  const secret = fromBase64url(d);
  const keyFor = (use: string) => createHmac('sha256', secret).update(`cytoledger/client/v1 ${use}`).digest();
  const [nonces, salts] = [keyFor('nonce'), keyFor('salt')];
  return {
    nonce: (stream, id) => contentNonce(nonces, stream, id),
    salt: (stream, id, pointer) =>
      base64url(createHmac('sha256', salts).update(`${stream}\0${id}\0${pointer}`).digest().subarray(0, BYTES)),
  };
}
