/**
 * JSON that any two parsers read alike (RFC 8259 narrowed by RFC 7493), and its canonical form (RFC 8785).
 *
 * @typedef {null | boolean | number | string | JsonArray | JsonObject} Json
 * @typedef {Json[]} JsonArray
 * @typedef {{ [name: string]: Json }} JsonObject
 * @typedef {{ [name: string]: readonly [number, number] }} Spans where the members of the outermost object stand in the text
 */

/** Strict JSON inside of signatures and disclosures. */
const STRICT_BYTES = 1_048_576;
const STRICT_DEPTH = 64;

class NotJson extends Error {}

/**
 * @param {string} text
 * @param {number} depth how deep objects and arrays may nest; the outermost is 1
 * @param {Spans} [spans] to be filled
 * @returns {Json | undefined} undefined for what is not such JSON
 */
export function parseJson(text, depth, spans) {
  try {
    return new JsonReader(text, depth, spans).read();
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

/** Of bytes that others wrote. @param {Uint8Array | undefined} bytes @param {(bytes: Uint8Array) => string | undefined} decode */
export function parseStrictJson(bytes, decode) {
  if (bytes === undefined || bytes.length > STRICT_BYTES) return undefined;
  const text = decode(bytes);
  return text === undefined ? undefined : parseJson(text, STRICT_DEPTH);
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORDS = /** @type {const} */ ([
  ['true', true],
  ['false', false],
  ['null', null],
]);
/** @type {{ [escape: string]: string }} */
const ESCAPES = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
/** With the flag `u`, pairs are other characters. */
const LONE_SURROGATE = /[\ud800-\udfff]/u;

class JsonReader {
  /** @param {string} text @param {number} depth @param {Spans} [spans] */
  constructor(text, depth, spans) {
    this.text = text;
    this.depth = depth;
    this.spans = spans;
    this.at = 0;
  }

  read() {
    const value = this.value(this.depth);
    this.space();
    if (this.at !== this.text.length) throw new NotJson();
    return value;
  }

  space() {
    for (;;) {
      const c = this.text.charCodeAt(this.at);
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return;
      this.at++;
    }
  }

  /** The next character that is no white space, without taking it. */
  next() {
    this.space();
    return this.text[this.at];
  }

  /** @param {string} character */
  take(character) {
    if (this.next() !== character) throw new NotJson();
    this.at++;
  }

  /** @param {number} depth @returns {Json} */
  value(depth) {
    const c = this.next();
    if (c === '"') return this.string();
    if (c === '{') return this.object(depth - 1);
    if (c === '[') return this.array(depth - 1);
    for (const [word, value] of WORDS) {
      if (!this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    return this.number();
  }

  /** @param {number} depth @returns {JsonObject} */
  object(depth) {
    if (depth < 0) throw new NotJson();
    /** @type {JsonObject} */
    const object = {};
    this.at++;
    if (this.next() === '}') {
      this.at++;
      return object;
    }
    for (;;) {
      this.space();
      const name = this.string();
      if (name === '__proto__' || hasMember(object, name)) throw new NotJson();
      this.take(':');
      const start = this.at;
      object[name] = this.value(depth);
      if (this.spans !== undefined && depth === this.depth - 1) this.spans[name] = [start, this.at];
      if (this.next() === '}') break;
      this.take(',');
    }
    this.at++;
    return object;
  }

  /** @param {number} depth @returns {JsonArray} */
  array(depth) {
    if (depth < 0) throw new NotJson();
    /** @type {JsonArray} */
    const array = [];
    this.at++;
    if (this.next() === ']') {
      this.at++;
      return array;
    }
    for (;;) {
      array.push(this.value(depth));
      if (this.next() === ']') break;
      this.take(',');
    }
    this.at++;
    return array;
  }

  /** @returns {string} */
  string() {
    const { text } = this;
    if (text[this.at] !== '"') throw new NotJson();
    let plainFrom = ++this.at;
    let value = '';
    let escaped = false;
    for (;;) {
      const c = text.charCodeAt(this.at);
      if (c === 0x22) break;
      // Not a number at the end of the text, which is no more than 0x1f either.
      if (!(c > 0x1f)) throw new NotJson();
      if (c !== 0x5c) {
        this.at++;
        continue;
      }
      value += text.slice(plainFrom, this.at) + this.escape();
      escaped = true;
      plainFrom = this.at;
    }
    value += text.slice(plainFrom, this.at++);
    // Text that was UTF-8 has no lone surrogates but those that are escaped.
    if (escaped && LONE_SURROGATE.test(value)) throw new NotJson();
    return value;
  }

  escape() {
    const c = this.text[this.at + 1];
    if (c === 'u') {
      const digits = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new NotJson();
      this.at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (c === undefined || !hasMember(ESCAPES, c)) throw new NotJson();
    this.at += 2;
    return ESCAPES[c];
  }

  number() {
    NUMBER.lastIndex = this.at;
    const text = NUMBER.exec(this.text)?.[0];
    if (text === undefined || !isExactNumber(text)) throw new NotJson();
    this.at += text.length;
    return Number(text);
  }
}

/**
 * Whether a number's decimal value is that of the shortest text of its nearest double, and if that is whole, within ±(2^53−1).
 *
 * @param {string} text
 */
function isExactNumber(text) {
  const value = Number(text);
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) return false;
  // What a double writes as it is written needs no weighing.
  const again = String(value);
  return again === text || decimalOf(again) === decimalOf(text);
}

/** One spelling of a decimal value. @param {string} text */
function decimalOf(text) {
  const [mantissa, exponent = '0'] = text.replace('-', (sign, at) => (at === 0 ? '' : sign)).split(/[eE]/);
  const [whole, fraction = ''] = mantissa.split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = BigInt(exponent.replace('+', '')) + BigInt(digits.length - significant.length - fraction.length);
  return `${text.startsWith('-') ? '-' : ''}${significant}e${power}`;
}

/** The RFC 8785 text of what {@link parseJson} gave. @param {Json} value @returns {string} */
export function canonicalText(value) {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const members = Object.keys(value)
    .sort(byCodeUnit)
    .map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`);
  return `{${members.join(',')}}`;
}

/** @param {string} a @param {string} b */
export function byCodeUnit(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @param {object} object @param {string} name */
export function hasMember(object, name) {
  // biome-ignore lint/suspicious/noPrototypeBuiltins: Object.hasOwn is younger than the browsers that this must run in
  return Object.prototype.hasOwnProperty.call(object, name);
}

/** @param {unknown} value @returns {value is JsonObject} */
export function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether it is an object of these members and no others. @param {unknown} value @param {readonly string[]} names @returns {value is JsonObject} */
export function hasExactly(value, names) {
  return isObject(value) && Object.keys(value).length === names.length && names.every((name) => hasMember(value, name));
}

/** @param {unknown} value @returns {value is number} */
export function isCount(value) {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
