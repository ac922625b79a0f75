import { rootWords } from './sha-constants.js';

/** FIPS 180-4 SHA-512 in pairs of 32-bit words; Ed25519 needs it. */

const K512 = rootWords(80, 3n);
const START512 = rootWords(8, 2n);

const schedule512 = new Int32Array(160);
const state512 = new Int32Array(16);
const working512 = new Int32Array(16);

/**
 * @param {Uint8Array} bytes
 * @returns {Uint8Array} 64 bytes
 */
export function sha512(bytes) {
  state512.set(START512);
  const whole = bytes.length - (bytes.length % 128);
  for (let at = 0; at < whole; at += 128) compress512(bytes, at);
  const rest = bytes.length - whole;
  const last = new Uint8Array(rest < 112 ? 128 : 256);
  last.set(bytes.subarray(whole));
  last[rest] = 0x80;
  const view = new DataView(last.buffer);
  view.setUint32(last.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(last.length - 4, (bytes.length << 3) >>> 0);
  for (let at = 0; at < last.length; at += 128) compress512(last, at);
  const digest = new Uint8Array(64);
  const out = new DataView(digest.buffer);
  for (let i = 0; i < 16; i++) out.setInt32(4 * i, state512[i]);
  return digest;
}

/** @param {Uint8Array} bytes @param {number} at */
function compress512(bytes, at) {
  const w = schedule512;
  for (let i = 0; i < 32; i++) {
    const b = at + 4 * i;
    w[i] = (bytes[b] << 24) | (bytes[b + 1] << 16) | (bytes[b + 2] << 8) | bytes[b + 3];
  }
  for (let i = 32; i < 160; i += 2) {
    const xh = w[i - 30];
    const xl = w[i - 29];
    const yh = w[i - 4];
    const yl = w[i - 3];
    // σ0: rotate by 1 and 8, shift by 7. σ1: rotate by 19 and 61, shift by 6.
    const s0h = ((xh >>> 1) | (xl << 31)) ^ ((xh >>> 8) | (xl << 24)) ^ (xh >>> 7);
    const s0l = ((xl >>> 1) | (xh << 31)) ^ ((xl >>> 8) | (xh << 24)) ^ ((xl >>> 7) | (xh << 25));
    const s1h = ((yh >>> 19) | (yl << 13)) ^ ((yl >>> 29) | (yh << 3)) ^ (yh >>> 6);
    const s1l = ((yl >>> 19) | (yh << 13)) ^ ((yh >>> 29) | (yl << 3)) ^ ((yl >>> 6) | (yh << 26));
    const low = (s0l >>> 0) + (s1l >>> 0) + (w[i - 31] >>> 0) + (w[i - 13] >>> 0);
    w[i] = (s0h + s1h + w[i - 32] + w[i - 14] + Math.floor(low / 2 ** 32)) | 0;
    w[i + 1] = low | 0;
  }
  const v = working512;
  v.set(state512);
  for (let i = 0; i < 160; i += 2) {
    const eh = v[8];
    const el = v[9];
    const ah = v[0];
    const al = v[1];
    // Σ1: rotate by 14, 18 and 41. Σ0: by 28, 34 and 39.
    const s1h = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23));
    const s1l = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23));
    const ch = (eh & v[10]) ^ (~eh & v[12]);
    const cl = (el & v[11]) ^ (~el & v[13]);
    const t1 = (v[15] >>> 0) + (s1l >>> 0) + (cl >>> 0) + (K512[i + 1] >>> 0) + (w[i + 1] >>> 0);
    const t1h = (v[14] + s1h + ch + K512[i] + w[i] + Math.floor(t1 / 2 ** 32)) | 0;
    const t1l = t1 | 0;
    const s0h = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25));
    const s0l = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25));
    const mh = (ah & v[2]) ^ (ah & v[4]) ^ (v[2] & v[4]);
    const ml = (al & v[3]) ^ (al & v[5]) ^ (v[3] & v[5]);
    const t2 = (s0l >>> 0) + (ml >>> 0);
    const t2h = (s0h + mh + Math.floor(t2 / 2 ** 32)) | 0;
    const dl = (v[7] >>> 0) + (t1l >>> 0);
    const dh = (v[6] + t1h + Math.floor(dl / 2 ** 32)) | 0;
    const nl = (t1l >>> 0) + ((t2 | 0) >>> 0);
    const nh = (t1h + t2h + Math.floor(nl / 2 ** 32)) | 0;
    v.copyWithin(2, 0, 14);
    v[8] = dh;
    v[9] = dl | 0;
    v[0] = nh;
    v[1] = nl | 0;
  }
  for (let i = 0; i < 16; i += 2) {
    const low = (state512[i + 1] >>> 0) + (v[i + 1] >>> 0);
    state512[i] = (state512[i] + v[i] + Math.floor(low / 2 ** 32)) | 0;
    state512[i + 1] = low | 0;
  }
}
