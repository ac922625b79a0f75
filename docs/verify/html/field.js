/**
 * Numbers modulo p = 2^255 − 19 as 12 limbs of 22 bits in doubles, lowest first. A product's sums stay below 2^53 as long as limbs lie within
 * ±2^24, so two additions or subtractions may come before a multiplication. 2^264 ≡ 19·2^9 (mod p).
 *
 * @typedef {Float64Array} Field
 */
export const LIMBS = 12;

const LIMB = 2 ** 22;
const PER_LIMB = 2 ** -22;
const FOLD = 9728;

/** @returns {Field} */
export function field() {
  return new Float64Array(LIMBS);
}

/** @param {bigint} value from 0 to 2^264−1 @returns {Field} */
export function fieldOf(value) {
  return Float64Array.from({ length: LIMBS }, (_, i) => Number((value >> BigInt(22 * i)) & 0x3fffffn));
}

/** @param {Field} to @param {Field} a @param {Field} b */
export function add(to, a, b) {
  for (let i = 0; i < LIMBS; i++) to[i] = a[i] + b[i];
}

/** @param {Field} to @param {Field} a @param {Field} b */
export function subtract(to, a, b) {
  for (let i = 0; i < LIMBS; i++) to[i] = a[i] - b[i];
}

/** `to` may be `a` or `b`. @param {Field} to @param {Field} a @param {Field} b */
export function multiply(to, a, b) {
  const a0 = a[0];
  const a1 = a[1];
  const a2 = a[2];
  const a3 = a[3];
  const a4 = a[4];
  const a5 = a[5];
  const a6 = a[6];
  const a7 = a[7];
  const a8 = a[8];
  const a9 = a[9];
  const a10 = a[10];
  const a11 = a[11];
  const b0 = b[0];
  const b1 = b[1];
  const b2 = b[2];
  const b3 = b[3];
  const b4 = b[4];
  const b5 = b[5];
  const b6 = b[6];
  const b7 = b[7];
  const b8 = b[8];
  const b9 = b[9];
  const b10 = b[10];
  const b11 = b[11];
  let c0 = a0 * b0;
  let c1 = a0 * b1 + a1 * b0;
  let c2 = a0 * b2 + a1 * b1 + a2 * b0;
  let c3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0;
  let c4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0;
  let c5 = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0;
  let c6 = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0;
  let c7 = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0;
  let c8 = a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0;
  let c9 = a0 * b9 + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 + a9 * b0;
  let c10 = a0 * b10 + a1 * b9 + a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2 + a9 * b1 + a10 * b0;
  let c11 =
    a0 * b11 + a1 * b10 + a2 * b9 + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + a9 * b2 + a10 * b1 + a11 * b0;
  let c12 = a1 * b11 + a2 * b10 + a3 * b9 + a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 + a9 * b3 + a10 * b2 + a11 * b1;
  let c13 = a2 * b11 + a3 * b10 + a4 * b9 + a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + a9 * b4 + a10 * b3 + a11 * b2;
  let c14 = a3 * b11 + a4 * b10 + a5 * b9 + a6 * b8 + a7 * b7 + a8 * b6 + a9 * b5 + a10 * b4 + a11 * b3;
  let c15 = a4 * b11 + a5 * b10 + a6 * b9 + a7 * b8 + a8 * b7 + a9 * b6 + a10 * b5 + a11 * b4;
  let c16 = a5 * b11 + a6 * b10 + a7 * b9 + a8 * b8 + a9 * b7 + a10 * b6 + a11 * b5;
  let c17 = a6 * b11 + a7 * b10 + a8 * b9 + a9 * b8 + a10 * b7 + a11 * b6;
  let c18 = a7 * b11 + a8 * b10 + a9 * b9 + a10 * b8 + a11 * b7;
  let c19 = a8 * b11 + a9 * b10 + a10 * b9 + a11 * b8;
  let c20 = a9 * b11 + a10 * b10 + a11 * b9;
  let c21 = a10 * b11 + a11 * b10;
  let c22 = a11 * b11;
  let c23 = 0;
  // Carries run in four short chains, which the processor works on side by side; what leaves one may stay in the first limb of the next.
  let carry0 = 0;
  let carry6 = 0;
  let carry12 = 0;
  let carry18 = 0;
  carry0 = Math.floor(c0 * PER_LIMB);
  c0 -= carry0 * LIMB;
  carry6 = Math.floor(c6 * PER_LIMB);
  c6 -= carry6 * LIMB;
  carry12 = Math.floor(c12 * PER_LIMB);
  c12 -= carry12 * LIMB;
  carry18 = Math.floor(c18 * PER_LIMB);
  c18 -= carry18 * LIMB;
  c1 += carry0;
  carry0 = Math.floor(c1 * PER_LIMB);
  c1 -= carry0 * LIMB;
  c7 += carry6;
  carry6 = Math.floor(c7 * PER_LIMB);
  c7 -= carry6 * LIMB;
  c13 += carry12;
  carry12 = Math.floor(c13 * PER_LIMB);
  c13 -= carry12 * LIMB;
  c19 += carry18;
  carry18 = Math.floor(c19 * PER_LIMB);
  c19 -= carry18 * LIMB;
  c2 += carry0;
  carry0 = Math.floor(c2 * PER_LIMB);
  c2 -= carry0 * LIMB;
  c8 += carry6;
  carry6 = Math.floor(c8 * PER_LIMB);
  c8 -= carry6 * LIMB;
  c14 += carry12;
  carry12 = Math.floor(c14 * PER_LIMB);
  c14 -= carry12 * LIMB;
  c20 += carry18;
  carry18 = Math.floor(c20 * PER_LIMB);
  c20 -= carry18 * LIMB;
  c3 += carry0;
  carry0 = Math.floor(c3 * PER_LIMB);
  c3 -= carry0 * LIMB;
  c9 += carry6;
  carry6 = Math.floor(c9 * PER_LIMB);
  c9 -= carry6 * LIMB;
  c15 += carry12;
  carry12 = Math.floor(c15 * PER_LIMB);
  c15 -= carry12 * LIMB;
  c21 += carry18;
  carry18 = Math.floor(c21 * PER_LIMB);
  c21 -= carry18 * LIMB;
  c4 += carry0;
  carry0 = Math.floor(c4 * PER_LIMB);
  c4 -= carry0 * LIMB;
  c10 += carry6;
  carry6 = Math.floor(c10 * PER_LIMB);
  c10 -= carry6 * LIMB;
  c16 += carry12;
  carry12 = Math.floor(c16 * PER_LIMB);
  c16 -= carry12 * LIMB;
  c22 += carry18;
  carry18 = Math.floor(c22 * PER_LIMB);
  c22 -= carry18 * LIMB;
  c5 += carry0;
  carry0 = Math.floor(c5 * PER_LIMB);
  c5 -= carry0 * LIMB;
  c11 += carry6;
  carry6 = Math.floor(c11 * PER_LIMB);
  c11 -= carry6 * LIMB;
  c17 += carry12;
  carry12 = Math.floor(c17 * PER_LIMB);
  c17 -= carry12 * LIMB;
  c23 += carry18;
  carry18 = Math.floor(c23 * PER_LIMB);
  c23 -= carry18 * LIMB;
  c6 += carry0;
  c18 += carry12;
  c12 += carry6;
  // 2^528 ≡ FOLD² (mod p).
  c0 += FOLD * c12;
  c1 += FOLD * c13;
  c2 += FOLD * c14;
  c3 += FOLD * c15;
  c4 += FOLD * c16;
  c5 += FOLD * c17;
  c6 += FOLD * c18;
  c7 += FOLD * c19;
  c8 += FOLD * c20;
  c9 += FOLD * c21;
  c10 += FOLD * c22;
  c11 += FOLD * c23;
  c0 += FOLD * FOLD * carry18;
  carry0 = 0;
  carry6 = 0;
  carry0 = Math.floor(c0 * PER_LIMB);
  c0 -= carry0 * LIMB;
  carry6 = Math.floor(c6 * PER_LIMB);
  c6 -= carry6 * LIMB;
  c1 += carry0;
  carry0 = Math.floor(c1 * PER_LIMB);
  c1 -= carry0 * LIMB;
  c7 += carry6;
  carry6 = Math.floor(c7 * PER_LIMB);
  c7 -= carry6 * LIMB;
  c2 += carry0;
  carry0 = Math.floor(c2 * PER_LIMB);
  c2 -= carry0 * LIMB;
  c8 += carry6;
  carry6 = Math.floor(c8 * PER_LIMB);
  c8 -= carry6 * LIMB;
  c3 += carry0;
  carry0 = Math.floor(c3 * PER_LIMB);
  c3 -= carry0 * LIMB;
  c9 += carry6;
  carry6 = Math.floor(c9 * PER_LIMB);
  c9 -= carry6 * LIMB;
  c4 += carry0;
  carry0 = Math.floor(c4 * PER_LIMB);
  c4 -= carry0 * LIMB;
  c10 += carry6;
  carry6 = Math.floor(c10 * PER_LIMB);
  c10 -= carry6 * LIMB;
  c5 += carry0;
  carry0 = Math.floor(c5 * PER_LIMB);
  c5 -= carry0 * LIMB;
  c11 += carry6;
  carry6 = Math.floor(c11 * PER_LIMB);
  c11 -= carry6 * LIMB;
  c6 += carry0;
  c0 += FOLD * carry6;
  // Once more, for what has just come back to the two first limbs.
  carry0 = Math.floor(c0 * PER_LIMB);
  c0 -= carry0 * LIMB;
  c1 += carry0;
  carry6 = Math.floor(c6 * PER_LIMB);
  c6 -= carry6 * LIMB;
  c7 += carry6;
  to[0] = c0;
  to[1] = c1;
  to[2] = c2;
  to[3] = c3;
  to[4] = c4;
  to[5] = c5;
  to[6] = c6;
  to[7] = c7;
  to[8] = c8;
  to[9] = c9;
  to[10] = c10;
  to[11] = c11;
}

/** The one whole number from 0 to p − 1. @param {Field} a @returns {bigint} */
export function wholeOf(a) {
  let value = 0n;
  for (let i = LIMBS - 1; i >= 0; i--) value = (value << 22n) + BigInt(a[i]);
  return ((value % P) + P) % P;
}

/** 1/a by Fermat: a^(p−2), where p − 2 = 2^255 − 21. Named for their exponents: `ones5` is a^(2^5−1). @param {Field} to @param {Field} a */
export function invert(to, a) {
  const two = raised(a, 1);
  const nine = product(raised(two, 2), a);
  const eleven = product(nine, two);
  const ones5 = product(raised(eleven, 1), nine);
  const ones10 = product(raised(ones5, 5), ones5);
  const ones20 = product(raised(ones10, 10), ones10);
  const ones40 = product(raised(ones20, 20), ones20);
  const ones50 = product(raised(ones40, 10), ones10);
  const ones100 = product(raised(ones50, 50), ones50);
  const ones200 = product(raised(ones100, 100), ones100);
  const ones250 = product(raised(ones200, 50), ones50);
  multiply(to, raised(ones250, 5), eleven);
}

/** a^(2^times) @param {Field} a @param {number} times */
function raised(a, times) {
  const power = a.slice();
  for (let i = 0; i < times; i++) multiply(power, power, power);
  return power;
}

/** @param {Field} a @param {Field} b */
function product(a, b) {
  const result = field();
  multiply(result, a, b);
  return result;
}

export const P = 2n ** 255n - 19n;
