import { isDigest } from './bytes.js';
import { hasExactly, isCount, isObject } from './json.js';
import { recordedTimeOf, timeOf } from './time.js';

/** Headers and bodies: what their members must be. */

const MOST_BYTES = 65_535;
const EVENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const STREAM = /^[!-~]{1,256}$/;
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const NONCE = /^[A-Za-z0-9_-]{21}[AQgw]$/;
const EVENT_TYPE = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+\.v[1-9][0-9]*$/;

const HEADER = ['body', 'id', 'prev', 'recordedAt', 'seq', 'signatures', 'stream', 'v'];
const BODY = ['actor', 'basis', 'causation', 'content', 'correlation'];
const CONTENT = ['capture', 'data', 'id', 'nonce', 'occurredAt', 'stream', 'type'];

/**
 * @typedef {import('./json.js').JsonObject} JsonObject
 * @typedef {{ readonly jws: string, readonly path?: { readonly index: number, readonly size: number, readonly hashes: readonly string[] } }} Signature
 * @typedef {{
 *   readonly id: string, readonly stream: string, readonly seq: number, readonly prev: string | null, readonly recordedAt: string,
 *   readonly body: string, readonly signatures: readonly Signature[],
 * }} Header
 * @typedef {{ readonly id: string, readonly stream: string, readonly type: string, readonly data: JsonObject }} Content
 * @typedef {{ readonly basis: readonly { readonly leaf: string, readonly seq: number, readonly stream: string }[], readonly content: Content }} Body
 */

/** @param {unknown} value @returns {value is string} */
export function isStream(value) {
  return typeof value === 'string' && STREAM.test(value);
}

/** @param {JsonObject} header @param {Uint8Array} bytes its canonical form */
export function isHeader(header, bytes) {
  if (bytes.length > MOST_BYTES || !hasExactly(header, HEADER)) return false;
  const { v, id, stream, seq, prev, recordedAt, body, signatures } = header;
  return (
    v === 1 &&
    isEventId(id) &&
    isStream(stream) &&
    isCount(seq) &&
    (seq === 0 ? prev === null : isDigest(prev)) &&
    recordedTimeOf(recordedAt) !== undefined &&
    isDigest(body) &&
    Array.isArray(signatures) &&
    signatures.every(isSignature)
  );
}

/** @param {unknown} signature */
function isSignature(signature) {
  if (!isObject(signature) || typeof signature.jws !== 'string' || !COMPACT_JWS.test(signature.jws)) return false;
  const { path } = signature;
  if (path === undefined) return Object.keys(signature).length === 1;
  if (Object.keys(signature).length !== 2 || !hasExactly(path, ['hashes', 'index', 'size'])) return false;
  const { hashes, index, size } = path;
  return Array.isArray(hashes) && hashes.every(isDigest) && isCount(index) && isCount(size) && index < size;
}

/** @param {JsonObject} body @param {Uint8Array} bytes its canonical form */
export function isBody(body, bytes) {
  if (bytes.length > MOST_BYTES || !hasExactly(body, BODY)) return false;
  const { actor, basis, causation, content, correlation } = body;
  return (
    hasExactly(actor, ['client', 'org', 'person', 'role']) &&
    typeof actor.org === 'string' &&
    typeof actor.role === 'string' &&
    isTextOrNull(actor.person) &&
    isTextOrNull(actor.client) &&
    Array.isArray(basis) &&
    basis.every(isBasis) &&
    isTextOrNull(causation) &&
    typeof correlation === 'string' &&
    isContent(content)
  );
}

/** @param {unknown} basis */
function isBasis(basis) {
  return hasExactly(basis, ['leaf', 'seq', 'stream']) && isDigest(basis.leaf) && isCount(basis.seq) && isStream(basis.stream);
}

/** @param {unknown} content */
function isContent(content) {
  if (!hasExactly(content, CONTENT)) return false;
  const { capture, data, id, nonce, occurredAt, stream, type } = content;
  return (
    isObject(capture) &&
    isObject(data) &&
    isEventId(id) &&
    typeof nonce === 'string' &&
    NONCE.test(nonce) &&
    (occurredAt === null || timeOf(occurredAt) !== undefined) &&
    isStream(stream) &&
    typeof type === 'string' &&
    EVENT_TYPE.test(type)
  );
}

/** @param {unknown} value */
function isEventId(value) {
  return typeof value === 'string' && EVENT_ID.test(value);
}

/** @param {unknown} value */
export function isTextOrNull(value) {
  return value === null || typeof value === 'string';
}
