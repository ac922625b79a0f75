const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @param {string} text @returns {Uint8Array} */
export function utf8(text) {
  return encoder.encode(text);
}

/**
 * RFC 3629 to the letter: surrogates and overlong forms are not text; a byte order mark stays in it.
 *
 * @param {Uint8Array} bytes
 * @returns {string | undefined}
 */
export function textOf(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** @param {readonly Uint8Array[]} parts @returns {Uint8Array} */
export function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {Uint8Array} a @param {Uint8Array} b */
export function sameBytes(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  let text = '';
  for (const byte of bytes) text += (byte < 16 ? '0' : '') + byte.toString(16);
  return text;
}

const URL_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const PLAIN_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** @param {string} alphabet */
function valuesOf(alphabet) {
  const values = new Int8Array(128).fill(-1);
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
  return values;
}

const URL_VALUES = valuesOf(URL_ALPHABET);
const PLAIN_VALUES = valuesOf(PLAIN_ALPHABET);

/** Unpadded base64url (RFC 4648 §5). @param {Uint8Array} bytes */
export function base64url(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const rest = bytes.length - i;
    const group = (bytes[i] << 16) | ((rest > 1 ? bytes[i + 1] : 0) << 8) | (rest > 2 ? bytes[i + 2] : 0);
    text += URL_ALPHABET[group >> 18] + URL_ALPHABET[(group >> 12) & 63];
    if (rest > 1) text += URL_ALPHABET[(group >> 6) & 63];
    if (rest > 2) text += URL_ALPHABET[group & 63];
  }
  return text;
}

/** Unpadded base64url, of which every byte string has one spelling; undefined for any other. @param {string} text */
export function fromBase64url(text) {
  return decoded(text, URL_VALUES);
}

/** Padded base64 (RFC 4648 §4), in its one spelling; undefined for any other. @param {string} text */
export function fromBase64(text) {
  if (text.length % 4 !== 0) return undefined;
  return decoded(text.endsWith('==') ? text.slice(0, -2) : text.endsWith('=') ? text.slice(0, -1) : text, PLAIN_VALUES);
}

/**
 * @param {string} text without padding
 * @param {Int8Array} values
 * @returns {Uint8Array | undefined}
 */
function decoded(text, values) {
  const over = text.length % 4;
  if (over === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let group = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? values[code] : -1;
    if (value < 0) return undefined;
    group = ((group & 0xff) << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (group >> bits) & 0xff;
    }
  }
  // Bits beyond the last byte must be zero, or the same bytes would have several spellings.
  return (group & ((1 << bits) - 1)) === 0 ? bytes : undefined;
}

const DIGEST = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** 32 bytes in canonical unpadded base64url. @param {unknown} value @returns {value is string} */
export function isDigest(value) {
  return typeof value === 'string' && DIGEST.test(value);
}

/** 64 bits, big-endian. @param {Uint8Array} target @param {number} at @param {number} value whole, up to 2^53−1 */
export function writeCount(target, at, value) {
  const view = new DataView(target.buffer, target.byteOffset);
  view.setUint32(at, Math.floor(value / 2 ** 32));
  view.setUint32(at + 4, value % 2 ** 32);
}
