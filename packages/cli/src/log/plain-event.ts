import { isRecordedAt } from '@cytoledger/attest';

/**
 * Whether header and body say what the store says of an event, found out byte by byte: for a header without signatures, which nearly every one is, and a
 * body whose content is written as usual. Whoever is told no reads the event in full.
 */

export const HASH_BYTES = 32;
export const ID_BYTES = 36;
const DIGEST = 43;
const TIME = 24;
export const MAX_ENTRY = 65_535;
const MAX_SEQ = 1e15;
const QUOTE = 0x22;

/** Of a header in canonical form, what stands between its values. */
const [BODY, ID, PREV, NULL, RECORDED_AT, SEQ, STREAM, END] = [
  '{"body":"',
  '","id":"',
  '","prev":',
  'null',
  ',"recordedAt":"',
  '","seq":',
  ',"signatures":[],"stream":"',
  '","v":1}',
].map(ascii) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
const ID_AT = BODY.length + DIGEST + ID.length;
const PREV_AT = ID_AT + ID_BYTES + PREV.length;
const [FIRST_LENGTH, LATER_LENGTH] = [NULL.length, DIGEST + 2].map(
  (prev) => PREV_AT + prev + RECORDED_AT.length + TIME + SEQ.length + STREAM.length + END.length,
) as [number, number];

/** Of a body, what stands between the values at the end of its content, and behind them. */
const [CONTENT_ID, NONCE, OCCURRED_AT, CONTENT_STREAM, TYPE, CORRELATION, BODY_END] = [
  ',"id":"',
  '","nonce":"',
  '","occurredAt":',
  ',"stream":"',
  '","type":"',
  '"},"correlation":"',
  '"}',
].map(ascii) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
const NONCE_LENGTH = 22;
const [SHORTEST_TIME, LONGEST_TIME] = [19, 40] as const;
const LONGEST_CORRELATION = 256;

/** What a byte may be part of. */
const [HEX, BASE64URL, MOMENT] = [1, 2, 4] as const;
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return (
    (/[0-9a-f]/.test(character) ? HEX : 0) |
    (/[A-Za-z0-9_-]/.test(character) ? BASE64URL : 0) |
    (/[0-9T:.Z+-]/.test(character) ? MOMENT : 0)
  );
});
const NOT_BASE64URL = 64;
const SIX_BITS = new Uint8Array(256).fill(NOT_BASE64URL);
for (const [value, byte] of ascii('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_').entries())
  SIX_BITS[byte] = value;

/** Where an event stands among bytes. */
export type Place = { headerAt: number; headerLength: number; bodyAt: number; bodyLength: number };

/** Whether a header has the length that it has without signatures, with this stream and seq. */
export function hasPlainLength(bytes: Uint8Array, { headerAt, headerLength }: Place, stream: Uint8Array, seq: number): boolean {
  const rest = headerLength - stream.length - digitsOf(seq);
  return seq < MAX_SEQ && rest === (isFirst(bytes, headerAt) ? FIRST_LENGTH : LATER_LENGTH);
}

/** Of a header of plain length: whether no event is named as the one before. */
export function isFirst(bytes: Uint8Array, headerAt: number): boolean {
  return bytes[headerAt + PREV_AT] !== QUOTE;
}

/** Whether a header of plain length is in canonical form and names this body, id, stream and seq; what it says of the rest is for the others to read. */
export function isPlainHeader(
  bytes: Uint8Array,
  headerAt: number,
  digest: string,
  ids: Uint8Array,
  idAt: number,
  stream: Uint8Array,
  seq: number,
): boolean {
  if (!isAt(bytes, headerAt, BODY) || !isTextAt(bytes, headerAt + BODY.length, digest)) return false;
  if (!isAt(bytes, headerAt + ID_AT - ID.length, ID) || !isIdAt(bytes, headerAt + ID_AT, ids, idAt)) return false;
  let at = headerAt + PREV_AT;
  if (!isAt(bytes, at - PREV.length, PREV)) return false;
  if (isFirst(bytes, headerAt)) {
    if (!isAt(bytes, at, NULL)) return false;
    at += NULL.length;
  } else {
    at += DIGEST + 2;
    if (bytes[at - 1] !== QUOTE) return false;
  }
  if (!isAt(bytes, at, RECORDED_AT)) return false;
  at += RECORDED_AT.length + TIME;
  if (!isAt(bytes, at, SEQ)) return false;
  at += SEQ.length;
  const digits = digitsOf(seq);
  if (!isNumberAt(bytes, at, seq, digits)) return false;
  at += digits;
  if (!isAt(bytes, at, STREAM) || !isAt(bytes, at + STREAM.length, stream)) return false;
  return isAt(bytes, at + STREAM.length + stream.length, END);
}

/** Writes the leaf hash that a header of plain length names as the one before it. False where it is none. */
export function readPrev(bytes: Uint8Array, headerAt: number, target: Uint8Array, targetAt: number): boolean {
  let at = headerAt + PREV_AT + 1;
  let to = targetAt;
  let seen = 0;
  for (const end = targetAt + HASH_BYTES - 2; to < end; at += 4, to += 3) {
    const [a, b, c, d] = [SIX_BITS[bytes[at]!]!, SIX_BITS[bytes[at + 1]!]!, SIX_BITS[bytes[at + 2]!]!, SIX_BITS[bytes[at + 3]!]!];
    seen |= a | b | c | d;
    target[to] = (a << 2) | (b >> 4);
    target[to + 1] = (b << 4) | (c >> 2);
    target[to + 2] = (c << 6) | d;
  }
  const [a, b, c] = [SIX_BITS[bytes[at]!]!, SIX_BITS[bytes[at + 1]!]!, SIX_BITS[bytes[at + 2]!]!];
  target[to] = (a << 2) | (b >> 4);
  target[to + 1] = (b << 4) | (c >> 2);
  return ((seen | a | b | c) & NOT_BASE64URL) === 0 && (c & 3) === 0;
}

/** Reads `recordedAt`, mostly of the same hour as the one before. */
export class RecordedAtReader {
  /** Up to the hour. */
  readonly #hour = new Uint8Array('2026-11-21T08'.length);
  #start = Number.NaN;

  /** Milliseconds since 1970, of a header of plain length; NaN where it is no such time. */
  read(bytes: Buffer, headerAt: number): number {
    const at = headerAt + PREV_AT + (isFirst(bytes, headerAt) ? NULL.length : DIGEST + 2) + RECORDED_AT.length;
    const hour = this.#hour;
    if (!isAt(bytes, at, hour)) {
      const text = bytes.toString('latin1', at, at + TIME);
      if (!isRecordedAt(text)) return Number.NaN;
      hour.set(bytes.subarray(at, at + hour.length));
      this.#start = Date.parse(`${text.slice(0, hour.length)}:00:00.000Z`);
    }
    const rest = at + hour.length;
    if (bytes[rest] !== 0x3a || bytes[rest + 3] !== 0x3a || bytes[rest + 6] !== 0x2e || bytes[rest + 10] !== 0x5a)
      return Number.NaN;
    const minutes = twoDigits(bytes, rest + 1);
    const seconds = twoDigits(bytes, rest + 4);
    const hundredths = twoDigits(bytes, rest + 7);
    const last = bytes[rest + 9]! - 0x30;
    if (!(minutes < 60 && seconds < 60 && hundredths < 100 && last >= 0 && last <= 9)) return Number.NaN;
    return this.#start + minutes * 60_000 + seconds * 1000 + hundredths * 10 + last;
  }
}

/**
 * Whether the content at the end of a canonical body names this id, stream and type. Quotes inside texts are escaped, so what stands between the values
 * can stand nowhere else.
 */
export function agrees(
  bytes: Uint8Array,
  bodyAt: number,
  bodyLength: number,
  ids: Uint8Array,
  idAt: number,
  stream: Uint8Array,
  type: Uint8Array,
): boolean {
  let at = bodyAt + bodyLength - BODY_END.length;
  if (at < bodyAt || !isAt(bytes, at, BODY_END)) return false;
  const correlation = Math.max(bodyAt, at - LONGEST_CORRELATION - 1);
  for (at--; at >= correlation && bytes[at] !== QUOTE; at--) if (bytes[at] === 0x5c) return false;
  at -= CORRELATION.length - 1 + type.length + TYPE.length + stream.length + CONTENT_STREAM.length;
  if (at < bodyAt) return false;
  let rest = at;
  if (!isAt(bytes, rest, CONTENT_STREAM) || !isAt(bytes, rest + CONTENT_STREAM.length, stream)) return false;
  rest += CONTENT_STREAM.length + stream.length;
  if (!isAt(bytes, rest, TYPE) || !isAt(bytes, rest + TYPE.length, type)) return false;
  if (!isAt(bytes, rest + TYPE.length + type.length, CORRELATION)) return false;
  at = startOfMoment(bytes, bodyAt, at) - OCCURRED_AT.length - NONCE_LENGTH - NONCE.length - ID_BYTES - CONTENT_ID.length;
  if (!(at >= bodyAt) || !isAt(bytes, at, CONTENT_ID)) return false;
  at += CONTENT_ID.length;
  for (let i = 0; i < ID_BYTES; i++) if (bytes[at + i] !== ids[idAt + i]) return false;
  at += ID_BYTES;
  if (!isAt(bytes, at, NONCE)) return false;
  at += NONCE.length;
  for (let i = 0; i < NONCE_LENGTH; i++) if ((CLASS[bytes[at + i]!]! & BASE64URL) === 0) return false;
  // The last of 22 characters holds two bits.
  return (SIX_BITS[bytes[at + NONCE_LENGTH - 1]!]! & 0xf) === 0 && isAt(bytes, at + NONCE_LENGTH, OCCURRED_AT);
}

/** Where the `null` or the time begins that ends at a place; NaN where there is neither. */
function startOfMoment(bytes: Uint8Array, from: number, end: number): number {
  if (end - NULL.length >= from && isAt(bytes, end - NULL.length, NULL)) return end - NULL.length;
  if (bytes[end - 1] !== QUOTE) return Number.NaN;
  let at = end - 2;
  while (at >= from && (CLASS[bytes[at]!]! & MOMENT) !== 0) at--;
  const length = end - 2 - at;
  return at >= from && bytes[at] === QUOTE && length >= SHORTEST_TIME && length <= LONGEST_TIME ? at : Number.NaN;
}

/** The bytes of a stream's or type's name as JSON writes it; undefined where JSON would escape something in it. */
export function nameBytes(name: string): Uint8Array | undefined {
  return PLAIN_NAME.test(name) ? ascii(name) : undefined;
}

const PLAIN_NAME = /^[!#-[\]-~]{1,256}$/;

/** Of a UUID that an event may have: version 7 or 8, in lower case. */
function isIdAt(bytes: Uint8Array, at: number, ids: Uint8Array, idAt: number): boolean {
  for (let i = 0; i < ID_BYTES; i++) {
    const byte = bytes[at + i]!;
    if (byte !== ids[idAt + i]) return false;
    const isDash = i === 8 || i === 13 || i === 18 || i === 23;
    if (isDash ? byte !== 0x2d : (CLASS[byte]! & HEX) === 0) return false;
  }
  const [version, variant] = [bytes[at + 14]!, bytes[at + 19]!];
  return (version === 0x37 || version === 0x38) && (variant === 0x38 || variant === 0x39 || variant === 0x61 || variant === 0x62);
}

function isAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}

function isTextAt(bytes: Uint8Array, at: number, wanted: string): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted.charCodeAt(i)) return false;
  return true;
}

function isNumberAt(bytes: Uint8Array, at: number, number: number, digits: number): boolean {
  for (let i = digits - 1, rest = number; i >= 0; i--) {
    const above = Math.floor(rest / 10);
    if (bytes[at + i] !== 0x30 + rest - 10 * above) return false;
    rest = above;
  }
  return true;
}

function digitsOf(number: number): number {
  let digits = 1;
  for (let limit = 10; number >= limit; limit *= 10) digits++;
  return digits;
}

/** NaN, or a number above 99, where they are none. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const [tens, ones] = [bytes[at]! - 0x30, bytes[at + 1]! - 0x30];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
