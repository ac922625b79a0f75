import { AttestError } from './errors.ts';
import type { JsonValue } from './json.ts';
import { findJsonFault } from './json-fault.ts';
import { isExactNumber } from './json-number.ts';
import { utf8Text } from './node-crypto.ts';

export type JsonLimits = {
  /** Greatest length in UTF-8 bytes. Default 1 MiB. */
  readonly maxBytes?: number;
  /** Greatest nesting of arrays and objects; a scalar has none. Default 64. */
  readonly maxDepth?: number;
};

export const DEFAULT_MAX_BYTES = 1_048_576;
export const DEFAULT_MAX_DEPTH = 64;

/**
 * Parses I-JSON (RFC 7493), so that every other parser reads the same value out of the same bytes: valid UTF-8 without a byte order
 * mark, no duplicate member names, no lone surrogates, no whole number beyond ±(2^53−1), no number whose decimal value a double does not
 * give back. `__proto__` as a member name is refused too: copying such a member would change an object's prototype.
 *
 * @throws AttestError `invalid-utf8`, `byte-order-mark`, `invalid-json`, `duplicate-key`, `forbidden-key`, `lone-surrogate`,
 *   `number-out-of-range`, `number-not-exact`, `too-deep`, `too-large`; with pointer and offset where there is a place.
 */
export function parseStrictJson(input: Uint8Array | string, limits: JsonLimits = {}): JsonValue {
  const { maxBytes = DEFAULT_MAX_BYTES, maxDepth = DEFAULT_MAX_DEPTH } = limits;
  const text = typeof input === 'string' ? input : textOf(input, maxBytes);
  // A UTF-16 unit is at most three bytes of UTF-8: short texts need no count.
  if (typeof input === 'string' && input.length * 3 > maxBytes && Buffer.byteLength(input) > maxBytes) throw tooLarge(maxBytes);
  if (text.charCodeAt(0) === 0xfeff)
    throw new AttestError('byte-order-mark', 'a byte order mark stands before the JSON text', { offset: 0 });

  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw faultOf(input, text, maxDepth, cause);
  }
  const members = countMembers(text, maxDepth);
  if (members === SUSPICIOUS || members !== countKeys(value) || (typeof input === 'string' && !input.isWellFormed())) {
    const fault = findJsonFault(text, maxDepth);
    if (fault !== undefined) throw placed(input, text, fault);
  }
  return value;
}

const SUSPICIOUS = -1;

/**
 * One pass over valid JSON: how many members it writes, or {@link SUSPICIOUS} where nesting, a number or an escaped surrogate needs the
 * exact look. A text that writes more members than its value has keys writes one of them twice.
 */
function countMembers(text: string, maxDepth: number): number {
  let members = 0;
  let depth = 0;
  const end = text.length;
  for (let i = 0; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) {
      for (i++; ; i++) {
        const inside = text.charCodeAt(i);
        if (inside === QUOTE) break;
        if (inside === BACKSLASH) {
          i++;
          // \uD8xx to \uDFxx, whole pairs among them: rare enough to look at exactly.
          if (text.charCodeAt(i) === LOWER_U && (text.charCodeAt(i + 1) | 0x20) === LOWER_D && text.charCodeAt(i + 2) >= DIGIT_8)
            return SUSPICIOUS;
        }
      }
    } else if (c === COLON) members++;
    else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      if (++depth > maxDepth) return SUSPICIOUS;
    } else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) depth--;
    else if (c <= DIGIT_9 && (c >= DIGIT_0 || c === MINUS)) {
      const start = i;
      let exponent = false;
      for (i++; i < end; i++) {
        const part = text.charCodeAt(i);
        if ((part | 0x20) === LOWER_E) exponent = true;
        else if (part !== DOT && part !== PLUS && part !== MINUS && !(part >= DIGIT_0 && part <= DIGIT_9)) break;
      }
      // Fifteen significant digits survive a double (DBL_DIG), whatever they are.
      if ((exponent || i - start > 15) && !isExactNumber(text.slice(start, i))) return SUSPICIOUS;
      i--;
    }
  }
  return members;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const DIGIT_0 = 0x30;
const DIGIT_8 = 0x38;
const DIGIT_9 = 0x39;
const LOWER_D = 0x64;
const LOWER_E = 0x65;
const LOWER_U = 0x75;

/** Names in all objects of the value; one less wherever `__proto__` stands, so that the counts differ. */
function countKeys(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item = value[i];
      if (typeof item === 'object' && item !== null) count += countKeys(item);
    }
    return count;
  }
  const object = value as Record<string, JsonValue>;
  for (const name in object) {
    if (name !== '__proto__') count++;
    const member = object[name];
    if (typeof member === 'object' && member !== null) count += countKeys(member);
  }
  return count;
}

function textOf(bytes: Uint8Array, maxBytes: number): string {
  if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
  const text = utf8Text(bytes);
  if (text === undefined)
    throw new AttestError('invalid-utf8', 'the text is not valid UTF-8 (RFC 8259 §8.1)', { offset: firstInvalidByte(bytes) });
  return text;
}

/** Any prefix of valid text decodes as a stream, and no prefix beyond the fault does: so the fault can be bisected. */
function firstInvalidByte(bytes: Uint8Array): number {
  let valid = 0;
  for (let end = bytes.byteLength; valid < end; ) {
    const middle = Math.ceil((valid + end) / 2);
    try {
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, middle), { stream: true });
      valid = middle;
    } catch {
      end = middle - 1;
    }
  }
  return valid;
}

function tooLarge(maxBytes: number): AttestError {
  return new AttestError('too-large', `the text is larger than ${maxBytes} bytes`);
}

function faultOf(input: Uint8Array | string, text: string, maxDepth: number, cause: unknown): AttestError {
  const fault = findJsonFault(text, maxDepth);
  return fault === undefined
    ? new AttestError('invalid-json', 'the text is not JSON', {}, { cause })
    : placed(input, text, fault);
}

/** Offsets are found in UTF-16 units; who gave bytes wants bytes. */
function placed(input: Uint8Array | string, text: string, fault: AttestError): AttestError {
  if (typeof input === 'string' || fault.offset === undefined) return fault;
  const { pointer = '', offset } = fault;
  return new AttestError(fault.code, fault.message, { pointer, offset: Buffer.byteLength(text.slice(0, offset)) });
}
