import { base64url, hex, joined, sameBytes } from './bytes.js';
import { addMultiple, decodePoint, encodePoint, multiplesOf, neutralPoint } from './curve.js';
import { sha512 } from './sha512.js';

/** Ed25519 by the one rule of the format page: S < L, canonical A and R of no low order, cofactorless. */

/** Points whose order divides 8, with either sign bit where x is 0. */
const LOW_ORDER = new Set(
  [
    ['01', '00', '00'],
    ['01', '00', '80'],
    ['ec', 'ff', '7f'],
    ['ec', 'ff', 'ff'],
    ['00', '00', '00'],
    ['00', '00', '80'],
  ]
    .map(([first, middle, last]) => first + middle.repeat(30) + last)
    .concat(
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    ),
);

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Multiples of a key are made once, as long as there are not too many keys: 150 kB each. */
const KEPT_TABLES = 100;
/** Signatures whose outcome is remembered: many events share one signature over a submission. */
const KEPT_OUTCOMES = 20_000;

/** @type {Map<string, import('./curve.js').Multiples>} */
const tables = new Map();
/** @type {Map<string, boolean>} */
const outcomes = new Map();

/** @template K, V @param {Map<K, V>} map @param {number} most @param {K} key @param {V} value */
function keep(map, most, key, value) {
  if (map.size >= most) for (const oldest of [...map.keys()].slice(0, most / 2)) map.delete(oldest);
  map.set(key, value);
}

const BASE = /** @type {import('./curve.js').Affine} */ (
  decodePoint(new Uint8Array(32).fill(0x66).map((byte, i) => (i === 0 ? 0x58 : byte)))
);
/** @type {import('./curve.js').Multiples | undefined} */
let baseMultiples;

/** Whether 32 bytes are a public key. @param {Uint8Array} key */
export function isPublicKey(key) {
  return key.length === 32 && !LOW_ORDER.has(hex(key)) && decodePoint(key) !== undefined;
}

/**
 * @param {Uint8Array} key for which {@link isPublicKey} holds
 * @param {Uint8Array} message
 * @param {Uint8Array} signature
 * @returns {boolean}
 */
export function signatureHolds(key, message, signature) {
  if (signature.length !== 64) return false;
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (s >= ORDER || LOW_ORDER.has(hex(r))) return false;
  const hash = sha512(joined([r, key, message]));
  const name = base64url(joined([key, signature, hash]));
  const known = outcomes.get(name);
  if (known !== undefined) return known;
  const point = neutralPoint();
  baseMultiples = baseMultiples ?? multiplesOf(BASE);
  addMultiple(point, baseMultiples, s, false);
  addMultiple(point, tableOf(key), littleEndian(hash) % ORDER, true);
  const holds = sameBytes(encodePoint(point), r);
  keep(outcomes, KEPT_OUTCOMES, name, holds);
  return holds;
}

/** @param {Uint8Array} key */
function tableOf(key) {
  const name = base64url(key);
  let table = tables.get(name);
  if (table === undefined) {
    table = multiplesOf(/** @type {import('./curve.js').Affine} */ (decodePoint(key)));
    keep(tables, KEPT_TABLES, name, table);
  }
  return table;
}

/** @param {Uint8Array} bytes */
function littleEndian(bytes) {
  return BigInt(`0x${hex(bytes.slice().reverse())}`);
}
