import { base64url, fromBase64url } from './base64url.ts';
import { canonicalText } from './canonical-json.ts';
import { signatureHolds } from './ed25519-signature.ts';
import { AttestError } from './errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { loadPrivateKey, loadPublicKey, type PrivateJwk, type PublicJwk } from './keys.ts';
import { type KeyObject, signEd25519 } from './node-crypto.ts';
import { parseStrictJson } from './strict-json.ts';

const HEADER_MEMBERS = 3;

/**
 * Compact JWS (RFC 7515 §7.1, RFC 8037) over the RFC 8785 text of a payload; protected header exactly `alg: EdDSA`, `kid`, `typ`.
 *
 * @throws AttestError `invalid-key`, and those of {@link canonicalText}
 */
export function signJws(typ: string, payload: JsonObject, privateKey: PrivateJwk | KeyObject): string {
  const { key, kid } = loadPrivateKey(privateKey);
  const header = canonicalText({ alg: 'EdDSA', kid, typ });
  const signed = `${base64url(Buffer.from(header))}.${base64url(Buffer.from(canonicalText(payload)))}`;
  return `${signed}.${base64url(signEd25519(Buffer.from(signed), key))}`;
}

/**
 * The payload of a compact JWS, once its signature holds.
 *
 * @throws AttestError `invalid-jws` (form, base64url that is not canonical, header members other than alg, kid and typ, another alg, a payload
 *   that is no object), `unexpected-typ`, `unexpected-kid` (not this key's thumbprint), `signature-mismatch`, the codes of
 *   {@link checkPublicKey} for the key, and those of {@link parseStrictJson} for header and payload
 */
export function verifyJws(jws: string, publicKey: PublicJwk | KeyObject, expectedTyp: string): JsonObject {
  const { key, kid: ownKid } = loadPublicKey(publicKey);
  const { header, payload, signature, signed } = partsOf(jws);
  if (header.typ !== expectedTyp) throw new AttestError('unexpected-typ', `typ must be ${expectedTyp}`);
  if (header.kid !== ownKid) throw new AttestError('unexpected-kid', 'the signature names another key');
  if (!signatureHolds(Buffer.from(signed), key, signature)) {
    throw new AttestError('signature-mismatch', 'the signature does not hold for this key');
  }
  return objectIn(payload);
}

/**
 * Which key a JWS says it was made with, and as what: to find the key. Nothing has been verified.
 *
 * @throws AttestError `invalid-jws` and those of {@link parseStrictJson}
 */
export function readJwsHeader(jws: string): { kid: string; typ: string } {
  return partsOf(jws).header;
}

export type JwsParts = {
  readonly header: { readonly kid: string; readonly typ: string };
  readonly payload: string;
  readonly signature: Buffer;
  /** What was signed. */
  readonly signed: string;
};

/** The parts of a compact JWS. Nothing has been verified, and the payload not been read. */
export function partsOf(jws: string): JwsParts {
  const [headerText, payload, signatureText, ...more] = jws.split('.');
  if (headerText === undefined || payload === undefined || signatureText === undefined || more.length > 0) {
    throw new AttestError('invalid-jws', 'a compact JWS has three parts (RFC 7515 §7.1)');
  }
  const { alg, kid, typ, ...others } = objectIn(headerText);
  if (alg !== 'EdDSA' || typeof kid !== 'string' || typeof typ !== 'string' || Object.keys(others).length > 0) {
    throw new AttestError('invalid-jws', `the protected header has exactly ${HEADER_MEMBERS} members: alg EdDSA, kid and typ`);
  }
  return { header: { kid, typ }, payload, signature: bytesIn(signatureText), signed: `${headerText}.${payload}` };
}

/** The JSON object in a part. */
export function objectIn(part: string): JsonObject {
  const value: JsonValue = parseStrictJson(bytesIn(part));
  if (!isJsonObject(value)) throw new AttestError('invalid-jws', 'header and payload are JSON objects');
  return value;
}

function bytesIn(part: string): Buffer {
  try {
    return fromBase64url(part);
  } catch (cause) {
    throw new AttestError('invalid-jws', 'a part is not canonical unpadded base64url', {}, { cause });
  }
}
