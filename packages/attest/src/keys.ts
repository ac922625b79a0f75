import { fromBase64url } from './base64url.ts';
import { isCanonicalPoint, isLowOrder, isOnCurve } from './ed25519-point.ts';
import { AttestError } from './errors.ts';
import { digestOf, generateEd25519, KeyObject, privateKeyOf, publicHalf, publicKeyOf } from './node-crypto.ts';

/** RFC 8037 Ed25519 public key. */
export type PublicJwk = { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string };

/** RFC 8037 Ed25519 private key: stays with its owner. */
export type PrivateJwk = PublicJwk & { readonly d: string };

/** A key ready for use, and the RFC 7638 thumbprint that names it. */
export type LoadedKey = { readonly key: KeyObject; readonly kid: string };

export function generateKey(): { privateJwk: PrivateJwk; publicJwk: PublicJwk; kid: string } {
  const { x, d } = generateEd25519().privateKey.export({ format: 'jwk' }) as { x: string; d: string };
  const publicJwk: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x };
  return { privateJwk: { ...publicJwk, d }, publicJwk, kid: thumbprint(publicJwk) };
}

/** RFC 7638 §3 SHA-256 thumbprint, unpadded base64url: the `kid` of every signature, and `key-<kid>` is the key's stream. */
export function thumbprint({ crv, kty, x }: PublicJwk): string {
  return digestOf(`{"crv":"${crv}","kty":"${kty}","x":"${x}"}`);
}

/**
 * What must hold of a public key before it is enrolled or pinned: Ed25519, canonical text and canonical point, on the curve, not of low
 * order, and no private half beside it. Libraries disagree on such keys; refused here, they can matter nowhere.
 *
 * @throws AttestError `invalid-key`, `non-canonical-key`, `low-order-key`
 */
export function checkPublicKey(jwk: unknown): asserts jwk is PublicJwk {
  const { kty, crv, x, d } = (jwk ?? {}) as Record<string, unknown>;
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string')
    throw new AttestError('invalid-key', 'not an Ed25519 public key (RFC 8037 §2)');
  if (d !== undefined)
    throw new AttestError('invalid-key', 'a private key was given where a public one belongs', { pointer: '/d' });
  const point = pointOf(x);
  if (!isCanonicalPoint(point))
    throw new AttestError('non-canonical-key', 'the key encodes its point in a non-canonical way', { pointer: '/x' });
  if (isLowOrder(point)) throw new AttestError('low-order-key', 'the key is a point of low order', { pointer: '/x' });
  if (!isOnCurve(point)) throw new AttestError('invalid-key', 'the key is not a point of the curve', { pointer: '/x' });
}

function pointOf(x: string): Buffer {
  const point = fromBase64url(x);
  if (point.length !== 32) throw new AttestError('invalid-key', 'an Ed25519 public key is 32 bytes', { pointer: '/x' });
  return point;
}

/**
 * A public key, checked by {@link checkPublicKey} the first time it is seen.
 *
 * @throws AttestError as {@link checkPublicKey}
 */
export function loadPublicKey(key: PublicJwk | KeyObject): LoadedKey {
  if (!(key instanceof KeyObject)) return loadJwk(key);
  const known = ofKeyObject.get(key);
  if (known !== undefined) return known;
  if (key.type === 'private') throw new AttestError('invalid-key', 'a private key was given where a public one belongs');
  const loaded = loadJwk(publicJwkOf(key));
  ofKeyObject.set(key, loaded);
  return loaded;
}

/** @throws AttestError `invalid-key` */
export function loadPrivateKey(key: PrivateJwk | KeyObject): LoadedKey {
  const known = ofKeyObject.get(key);
  if (known !== undefined) return known;
  const loaded = loadPrivate(key);
  ofKeyObject.set(key, loaded);
  return loaded;
}

function loadPrivate(key: PrivateJwk | KeyObject): LoadedKey {
  try {
    const own = key instanceof KeyObject ? key : privateKeyOf(key);
    const publicJwk = publicJwkOf(publicHalf(own));
    if (!(key instanceof KeyObject) && key.x !== publicJwk.x)
      throw new AttestError('invalid-key', 'x is not the public half of d', { pointer: '/x' });
    return { key: own, kid: thumbprint(publicJwk) };
  } catch (cause) {
    throw cause instanceof AttestError
      ? cause
      : new AttestError('invalid-key', 'not an Ed25519 private key (RFC 8037 §2)', {}, { cause });
  }
}

/** @throws AttestError `invalid-key` for another kind of key */
export function publicJwkOf(key: KeyObject): PublicJwk {
  if (key.asymmetricKeyType !== 'ed25519') throw new AttestError('invalid-key', 'not an Ed25519 key');
  return { kty: 'OKP', crv: 'Ed25519', x: (key.export({ format: 'jwk' }) as { x: string }).x };
}

/** Loading costs more than verifying: checked keys are kept, the newest {@link KEPT} of them. */
const KEPT = 4096;
const ofKeyObject = new WeakMap<object, LoadedKey>();
const ofPoint = new Map<string, LoadedKey>();

function loadJwk(jwk: PublicJwk): LoadedKey {
  // A private half is refused before the cache is asked, or a known point would let it pass.
  const known = 'd' in jwk ? undefined : ofPoint.get(jwk.x);
  if (known !== undefined && jwk.kty === 'OKP' && jwk.crv === 'Ed25519') return known;
  checkPublicKey(jwk);
  const loaded = { key: publicKeyOf(jwk), kid: thumbprint(jwk) };
  if (ofPoint.size >= KEPT) ofPoint.delete(ofPoint.keys().next().value!);
  ofPoint.set(jwk.x, loaded);
  return loaded;
}
