import { isLowOrder } from './ed25519-point.ts';
import { type KeyObject, verifyEd25519 } from './node-crypto.ts';

export const SIGNATURE_LENGTH = 64;

/** The one rule for Ed25519 signatures (RFC 8032 §5.1.7): S < L, canonical R of no low order, cofactorless. The key has been checked before. */
export function signatureHolds(data: Uint8Array, publicKey: KeyObject, signature: Buffer): boolean {
  return (
    signature.length === SIGNATURE_LENGTH && !isLowOrder(signature.subarray(0, 32)) && verifyEd25519(data, publicKey, signature)
  );
}
