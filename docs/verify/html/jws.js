import { base64url, fromBase64url, textOf, utf8 } from './bytes.js';
import { signatureHolds } from './ed25519.js';
import { hasExactly, isObject, parseStrictJson } from './json.js';
import { sha256 } from './sha256.js';

/**
 * @typedef {{
 *   readonly kid: string, readonly typ: string, readonly signed: Uint8Array, readonly signature: Uint8Array, readonly payload: Uint8Array,
 * }} Jws
 */

/** Takes a compact JWS apart; nothing is verified. @param {string} text @returns {Jws | undefined} */
export function readJws(text) {
  const parts = text.split('.');
  const [head, payload, signature] = parts.map(fromBase64url);
  if (parts.length !== 3 || head === undefined || payload === undefined || signature === undefined) return undefined;
  const header = parseStrictJson(head, textOf);
  if (!hasExactly(header, ['alg', 'kid', 'typ'])) return undefined;
  const { alg, kid, typ } = header;
  if (alg !== 'EdDSA' || typeof kid !== 'string' || typeof typ !== 'string') return undefined;
  return { kid, typ, signed: utf8(`${parts[0]}.${parts[1]}`), signature, payload };
}

/** @param {Jws} jws @returns {import('./json.js').JsonObject | undefined} */
export function payloadOf({ payload }) {
  const value = parseStrictJson(payload, textOf);
  return isObject(value) ? value : undefined;
}

/** @param {Jws} jws @param {Uint8Array} key */
export function holdsBy({ signed, signature }, key) {
  return signatureHolds(key, signed, signature);
}

/**
 * The payload of a statement of this type by this key; undefined where it is none.
 *
 * @param {string} text
 * @param {string} typ
 * @param {Uint8Array} key
 */
export function statementBy(text, typ, key) {
  const jws = readJws(text);
  return jws !== undefined && jws.typ === typ && jws.kid === thumbprint(key) && holdsBy(jws, key) ? payloadOf(jws) : undefined;
}

/** RFC 7638. @param {Uint8Array} key */
export function thumbprint(key) {
  return base64url(sha256(utf8(`{"crv":"Ed25519","kty":"OKP","x":"${base64url(key)}"}`)));
}
