import { add, field, fieldOf, invert, LIMBS, multiply, P, subtract, wholeOf } from './field.js';

/** Points of edwards25519 (RFC 8032 §5.1), only as far as signatures are verified: nothing here is secret, and nothing takes constant time. */

/** @param {bigint} value */
function modP(value) {
  return ((value % P) + P) % P;
}

/** @param {bigint} base @param {bigint} exponent */
function powerModP(base, exponent) {
  let result = 1n;
  for (let square = base, e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

const D = modP(-121665n * powerModP(121666n, P - 2n));
const TWICE_D = fieldOf(modP(2n * D));
const ROOT_OF_MINUS_ONE = powerModP(2n, (P - 1n) / 4n);

/**
 * @typedef {import('./field.js').Field} Field
 * @typedef {{ readonly x: bigint, readonly y: bigint }} Affine
 * @typedef {{ readonly x: Field, readonly y: Field, readonly z: Field, readonly t: Field }} Point extended coordinates: x·y = z·t
 */

/**
 * The point with this y and sign of x (RFC 8032 §5.1.3); undefined where y is not below p or no such point is on the curve.
 *
 * @param {Uint8Array} encoded 32 bytes
 * @returns {Affine | undefined}
 */
export function decodePoint(encoded) {
  let whole = 0n;
  for (let i = 31; i >= 0; i--) whole = (whole << 8n) | BigInt(encoded[i]);
  const odd = whole >> 255n;
  const y = whole & (2n ** 255n - 1n);
  if (y >= P) return undefined;
  const u = modP(y * y - 1n);
  const v = modP(D * y * y + 1n);
  const v3 = (((v * v) % P) * v) % P;
  let x = (((u * v3) % P) * powerModP((((u * v3) % P) * ((v3 * v) % P)) % P, (P - 5n) / 8n)) % P;
  const vxx = (v * ((x * x) % P)) % P;
  if (vxx !== u) {
    if (vxx !== modP(-u)) return undefined;
    x = (x * ROOT_OF_MINUS_ONE) % P;
  }
  if (x === 0n && odd === 1n) return undefined;
  return { x: (x & 1n) === odd ? x : P - x, y };
}

/** @param {Point} point @returns {Uint8Array} */
export function encodePoint({ x, y, z }) {
  const inverse = field();
  invert(inverse, z);
  const [affineX, affineY] = [field(), field()];
  multiply(affineX, x, inverse);
  multiply(affineY, y, inverse);
  let whole = wholeOf(affineY) | ((wholeOf(affineX) & 1n) << 255n);
  const encoded = new Uint8Array(32);
  for (let i = 0; i < 32; i++, whole >>= 8n) encoded[i] = Number(whole & 0xffn);
  return encoded;
}

const WINDOWS = 64;
const MULTIPLES = 8;
const ENTRY = 3 * LIMBS;

/**
 * For each of 64 windows of four bits the multiples 1 to 8 of 16^window · point, each as y+x, y−x and 2d·x·y: with it, a multiple of the
 * point is 64 additions and no doubling.
 *
 * @typedef {Float64Array} Multiples
 */

/** @param {Affine} point @returns {Multiples} */
export function multiplesOf({ x, y }) {
  /** @type {Point[]} */
  const points = [];
  let base = { x: fieldOf(x), y: fieldOf(y), z: fieldOf(1n), t: fieldOf((x * y) % P) };
  for (let window = 0; window < WINDOWS; window++) {
    let multiple = base;
    for (let j = 1; j <= MULTIPLES; j++) {
      points.push(multiple);
      if (j < MULTIPLES) multiple = sum(multiple, base);
    }
    // The last is 8·base.
    base = sum(multiple, multiple);
  }
  return normalised(points);
}

/** Divides by all z with one inversion. @param {readonly Point[]} points @returns {Multiples} */
function normalised(points) {
  const products = [fieldOf(1n)];
  for (const { z } of points) {
    const product = field();
    multiply(product, /** @type {Field} */ (products[products.length - 1]), z);
    products.push(product);
  }
  const inverse = field();
  invert(inverse, products[points.length]);
  const table = new Float64Array(points.length * ENTRY);
  const [one, x, y, t] = [field(), field(), field(), field()];
  for (let i = points.length - 1; i >= 0; i--) {
    const point = points[i];
    multiply(one, inverse, products[i]);
    multiply(inverse, inverse, point.z);
    multiply(x, point.x, one);
    multiply(y, point.y, one);
    multiply(t, x, y);
    multiply(t, t, TWICE_D);
    const at = i * ENTRY;
    for (let limb = 0; limb < LIMBS; limb++) {
      table[at + limb] = y[limb] + x[limb];
      table[at + LIMBS + limb] = y[limb] - x[limb];
      table[at + 2 * LIMBS + limb] = t[limb];
    }
  }
  return table;
}

/** Also of equal points: the formulas for a = −1 and a non-square d have no exceptions. @param {Point} p @param {Point} q @returns {Point} */
function sum(p, q) {
  const [a, b, c, d, m, n] = [field(), field(), field(), field(), field(), field()];
  subtract(m, p.y, p.x);
  subtract(n, q.y, q.x);
  multiply(a, m, n);
  add(m, p.y, p.x);
  add(n, q.y, q.x);
  multiply(b, m, n);
  multiply(c, p.t, q.t);
  multiply(c, c, TWICE_D);
  multiply(d, p.z, q.z);
  add(d, d, d);
  return fromParts(field4(), a, b, c, d);
}

/** @returns {Point} */
function field4() {
  return { x: field(), y: field(), z: field(), t: field() };
}

const [partE, partF, partG, partH] = [field(), field(), field(), field()];

/** @param {Point} to @param {Field} a @param {Field} b @param {Field} c @param {Field} d @returns {Point} */
function fromParts(to, a, b, c, d) {
  subtract(partE, b, a);
  subtract(partF, d, c);
  add(partG, d, c);
  add(partH, b, a);
  multiply(to.x, partE, partF);
  multiply(to.y, partG, partH);
  multiply(to.t, partE, partH);
  multiply(to.z, partF, partG);
  return to;
}

/** @returns {Point} */
export function neutralPoint() {
  return { x: field(), y: fieldOf(1n), z: fieldOf(1n), t: field() };
}

const [sumA, sumB, sumC, sumD] = [field(), field(), field(), field()];

/**
 * Adds scalar · point, or takes it away, in place.
 *
 * @param {Point} to
 * @param {Multiples} table
 * @param {bigint} scalar below 2^253
 * @param {boolean} negative
 */
export function addMultiple(to, table, scalar, negative) {
  let carry = 0;
  for (let window = 0; window < WINDOWS; window++) {
    let digit = Number((scalar >> BigInt(4 * window)) & 15n) + carry;
    carry = digit > 8 ? 1 : 0;
    digit -= 16 * carry;
    if (digit !== 0) addEntry(to, table, (window * MULTIPLES + Math.abs(digit) - 1) * ENTRY, digit < 0 !== negative);
  }
}

const [entryPlus, entryMinus, entryT] = [field(), field(), field()];

/** @param {Point} to @param {Multiples} table @param {number} at @param {boolean} negative */
function addEntry(to, table, at, negative) {
  const plus = negative ? entryMinus : entryPlus;
  const minus = negative ? entryPlus : entryMinus;
  const sign = negative ? -1 : 1;
  for (let i = 0; i < LIMBS; i++) {
    plus[i] = table[at + i];
    minus[i] = table[at + LIMBS + i];
    entryT[i] = sign * table[at + 2 * LIMBS + i];
  }
  subtract(sumA, to.y, to.x);
  multiply(sumA, sumA, entryMinus);
  add(sumB, to.y, to.x);
  multiply(sumB, sumB, entryPlus);
  multiply(sumC, to.t, entryT);
  add(sumD, to.z, to.z);
  fromParts(to, sumA, sumB, sumC, sumD);
}
