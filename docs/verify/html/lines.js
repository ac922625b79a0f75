import { isDigest, textOf, utf8 } from './bytes.js';
import { canonicalText, hasExactly, hasMember, isCount, isObject, parseJson } from './json.js';
import { isStream } from './records.js';
import { check, Refusal } from './refusal.js';

/**
 * The lines of a bundle: cut, read, and what their members must be.
 *
 * @typedef {import('./json.js').JsonObject} JsonObject
 * @typedef {{ readonly value: JsonObject, readonly text: string, readonly spans: import('./json.js').Spans }} Line
 */

const LINE_BYTES = 1_048_576;
const MOST_LINES = 4_000_000;
const DEPTH = 66;
const NOTE_BYTES = 65_535;

/** Cuts bytes into lines as they come. */
export class LineCutter {
  constructor() {
    /** @type {Uint8Array[]} */
    this.pending = [];
    this.pendingBytes = 0;
    /** Number of the line that is being read, from 1. */
    this.number = 1;
  }

  /**
   * @param {Uint8Array} chunk
   * @param {(line: Uint8Array) => void} take
   * @throws Refusal `limit-exceeded`, and what `take` throws; {@link number} is then that line's
   */
  push(chunk, take) {
    let start = 0;
    while (start < chunk.length) {
      const end = chunk.indexOf(0x0a, start);
      const piece = chunk.subarray(start, end < 0 ? chunk.length : end);
      check(this.number <= MOST_LINES && this.pendingBytes + piece.length <= LINE_BYTES, 'limit-exceeded');
      if (end < 0) {
        this.pending.push(piece.slice());
        this.pendingBytes += piece.length;
        return;
      }
      take(this.pending.length === 0 ? piece : whole([...this.pending, piece], this.pendingBytes + piece.length));
      this.pending = [];
      this.pendingBytes = 0;
      this.number++;
      start = end + 1;
    }
  }
}

/** @param {readonly Uint8Array[]} pieces @param {number} length */
function whole(pieces, length) {
  const line = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    line.set(piece, at);
    at += piece.length;
  }
  return line;
}

/** @param {Uint8Array} bytes @returns {Line} @throws Refusal `line-not-canonical`, `malformed-line` (not a line at all) */
export function readLine(bytes) {
  const text = textOf(bytes);
  /** @type {import('./json.js').Spans} */
  const spans = {};
  const value = text === undefined ? undefined : parseJson(text, DEPTH, spans);
  if (text === undefined || value === undefined || canonicalText(value) !== text) throw new Refusal('line-not-canonical');
  check(isObject(value) && typeof value.kind === 'string' && hasMember(MEMBERS, value.kind), 'malformed-line');
  return { value, text, spans };
}

/** A member of the line's own object, as it is written there. @param {Line} line @param {string} name */
export function memberBytes({ text, spans }, name) {
  const [start, end] = spans[name];
  return utf8(text.slice(start, end));
}

/** @typedef {(value: unknown) => boolean} Test */

/** @type {Test} */
const isBoolean = (value) => typeof value === 'boolean';
/** @type {Test} */
const isText = (value) => typeof value === 'string';
/** @type {Test} */
const isSize = (value) => isCount(value) && value >= 1;
/** @type {Test} */
const isNoteText = (value) => typeof value === 'string' && value.length <= NOTE_BYTES && utf8(value).length <= NOTE_BYTES;
/** @type {(most: number, of: Test) => Test} */
const isListOf = (most, of) => (value) => Array.isArray(value) && value.length <= most && value.every(of);
const isConsistency = isListOf(64, isDigest);

/** @type {{ readonly [kind: string]: { readonly [member: string]: Test } }} */
const MEMBERS = {
  bundle: { lineage: isBoolean, origin: isText, size: isSize, subject: isStream, v: (value) => value === 1 },
  checkpoint: { consistency: isConsistency, note: isNoteText },
  prefix: { consistency: isConsistency, root: isDigest, size: isSize },
  heads: { note: isNoteText },
  entry: {
    body: (value) => isObject(value) || value === 'withheld' || value === 'erased',
    disclosures: isListOf(1000, isText),
    header: isObject,
    index: isCount,
  },
  inclusion: { hashes: isListOf(8192, isDigest), more: isBoolean },
  stream: { proof: isText, stream: isStream },
  end: { entries: isCount, lines: isCount },
};

/** @param {JsonObject} value of a kind that is known @throws Refusal `malformed-line` */
export function checkMembers(value) {
  const tests = MEMBERS[/** @type {string} */ (value.kind)];
  check(hasExactly(value, ['kind', ...Object.keys(tests)]), 'malformed-line');
  for (const [name, test] of Object.entries(tests)) check(test(value[name]), 'malformed-line');
  if (value.kind === 'entry')
    check(isObject(value.body) || /** @type {unknown[]} */ (value.disclosures).length === 0, 'malformed-line');
}
