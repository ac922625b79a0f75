import { rootWords } from './sha-constants.js';

/** FIPS 180-4 SHA-256, synchronous: WebCrypto's costs a turn of the event loop for each small hash. */

const K256 = rootWords(64, 3n).filter((_, i) => i % 2 === 0);
const START256 = rootWords(8, 2n).filter((_, i) => i % 2 === 0);

const schedule256 = new Int32Array(64);
const state256 = new Int32Array(8);
const lastBlocks256 = new Uint8Array(128);

/**
 * @param {Uint8Array} bytes
 * @returns {Uint8Array} 32 bytes
 */
export function sha256(bytes) {
  state256.set(START256);
  const whole = bytes.length - (bytes.length % 64);
  for (let at = 0; at < whole; at += 64) compress256(bytes, at);
  const rest = bytes.length - whole;
  const padded = rest < 56 ? 64 : 128;
  lastBlocks256.fill(0, rest, padded);
  lastBlocks256.set(bytes.subarray(whole));
  lastBlocks256[rest] = 0x80;
  const view = new DataView(lastBlocks256.buffer);
  view.setUint32(padded - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded - 4, (bytes.length << 3) >>> 0);
  for (let at = 0; at < padded; at += 64) compress256(lastBlocks256, at);
  const digest = new Uint8Array(32);
  for (let i = 0; i < 8; i++) {
    const word = state256[i];
    digest[4 * i] = word >>> 24;
    digest[4 * i + 1] = word >>> 16;
    digest[4 * i + 2] = word >>> 8;
    digest[4 * i + 3] = word;
  }
  return digest;
}

/** @param {Uint8Array} bytes @param {number} at */
function compress256(bytes, at) {
  const w = schedule256;
  for (let i = 0; i < 16; i++) {
    const b = at + 4 * i;
    w[i] = (bytes[b] << 24) | (bytes[b + 1] << 16) | (bytes[b + 2] << 8) | bytes[b + 3];
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state256[0];
  let b = state256[1];
  let c = state256[2];
  let d = state256[3];
  let e = state256[4];
  let f = state256[5];
  let g = state256[6];
  let h = state256[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K256[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state256[0] = (state256[0] + a) | 0;
  state256[1] = (state256[1] + b) | 0;
  state256[2] = (state256[2] + c) | 0;
  state256[3] = (state256[3] + d) | 0;
  state256[4] = (state256[4] + e) | 0;
  state256[5] = (state256[5] + f) | 0;
  state256[6] = (state256[6] + g) | 0;
  state256[7] = (state256[7] + h) | 0;
}
