import { AttestError } from './errors.ts';
import { isJsonObject, type JsonValue, pointerTo } from './json.ts';

/**
 * Deeper nesting is refused, so that a cycle is an error and not an exhausted stack. Contents have a narrower limit of their own.
 */
const MAX_DEPTH = 1000;

/**
 * The RFC 8785 (JCS) text of a value: members sorted by UTF-16 code units, ECMAScript number and string forms, no white space.
 *
 * @throws AttestError `not-json` (undefined, function, symbol, bigint, NaN, Infinity, a hole in an array, an object that is neither plain nor an
 *   array), `lone-surrogate`, `too-deep` (also a cycle); with the pointer of the value.
 */
export function canonicalText(value: JsonValue, maxDepth: number = MAX_DEPTH): string {
  const text = write(value, maxDepth);
  if (text === undefined)
    throw faultIn(value, '', maxDepth) ?? new AttestError('not-json', 'the value cannot be written as JSON');
  return text;
}

/** UTF-8 of {@link canonicalText}. */
export function canonicalBytes(value: JsonValue): Buffer {
  return Buffer.from(canonicalText(value), 'utf8');
}

/** The JSON string for a text, as RFC 8785 §3.2.2.2 writes it; undefined where it holds a lone surrogate. */
export function quoted(text: string): string | undefined {
  if (!NEEDS_CARE.test(text)) return `"${text}"`;
  return text.isWellFormed() ? JSON.stringify(text) : undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that JSON escapes
const NEEDS_CARE = /[\u0000-\u001f"\\\ud800-\udfff]/;

/** Returns undefined for anything that cannot be written; the place is looked up only then. */
function write(value: unknown, depthLeft: number): string | undefined {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      return Number.isFinite(value) ? `${value}` : undefined;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depthLeft === 0) return undefined;
      return Array.isArray(value) ? writeArray(value, depthLeft - 1) : writeObject(value, depthLeft - 1);
    default:
      return undefined;
  }
}

function writeArray(values: readonly unknown[], depthLeft: number): string | undefined {
  let text = '[';
  for (let i = 0; i < values.length; i++) {
    const item = write(values[i], depthLeft);
    if (item === undefined) return undefined;
    text += i === 0 ? item : `,${item}`;
  }
  return `${text}]`;
}

function writeObject(object: object, depthLeft: number): string | undefined {
  if (!isPlain(object)) return undefined;
  const names = inOrder(Object.keys(object));
  let text = '{';
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const key = quoted(name);
    const member = write((object as Record<string, unknown>)[name], depthLeft);
    if (key === undefined || member === undefined) return undefined;
    text += i === 0 ? `${key}:${member}` : `,${key}:${member}`;
  }
  return `${text}}`;
}

function isPlain(object: object): boolean {
  const prototype = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
}

/** Sorted in place by UTF-16 code units. Names usually arrive sorted or nearly so, and are few: then insertion beats the general sort. */
function inOrder(names: string[]): string[] {
  if (names.length > 24) return names.sort();
  for (let i = 1; i < names.length; i++) {
    const name = names[i]!;
    let j = i - 1;
    while (j >= 0 && names[j]! > name) {
      names[j + 1] = names[j]!;
      j--;
    }
    names[j + 1] = name;
  }
  return names;
}

function faultIn(value: unknown, pointer: string, depthLeft: number): AttestError | undefined {
  if (typeof value === 'string') return quoted(value) === undefined ? loneSurrogate(pointer) : undefined;
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return undefined;
  if (typeof value !== 'object') return notJson(pointer, typeof value === 'number' ? String(value) : typeof value);
  if (depthLeft === 0) return new AttestError('too-deep', `nested deeper than allowed at ${place(pointer)}`, { pointer });
  if (Array.isArray(value)) return firstFault(value.keys(), (i) => faultIn(value[i], pointerTo(pointer, i), depthLeft - 1));
  if (!isJsonObject(value) || !isPlain(value)) return notJson(pointer, 'an object that is not plain');
  const members: Record<string, unknown> = value;
  return firstFault(inOrder(Object.keys(members)), (name) => {
    const at = pointerTo(pointer, name);
    return quoted(name) === undefined ? loneSurrogate(at) : faultIn(members[name], at, depthLeft - 1);
  });
}

function firstFault<T>(items: Iterable<T>, check: (item: T) => AttestError | undefined): AttestError | undefined {
  for (const item of items) {
    const fault = check(item);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function notJson(pointer: string, what: string): AttestError {
  return new AttestError('not-json', `${what} at ${place(pointer)} is not JSON`, { pointer });
}

function loneSurrogate(pointer: string): AttestError {
  return new AttestError('lone-surrogate', `lone surrogate at ${place(pointer)}: not Unicode text (RFC 7493 §2.1)`, { pointer });
}

function place(pointer: string): string {
  return pointer === '' ? 'the top' : pointer.toWellFormed();
}
