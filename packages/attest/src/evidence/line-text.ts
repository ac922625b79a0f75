import { canonicalText } from '../canonical-json.ts';
import { AttestError } from '../errors.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import { utf8Text } from '../node-crypto.ts';
import { LIMITS } from './limits.ts';
import { EvidenceRefusal } from './refusal.ts';

/** A line that is its own canonical form. */
export type CanonicalLine = {
  readonly value: JsonValue;
  /** Canonical text of an entry's header and body, which canonicality was checked with anyway. */
  readonly parts?: EntryParts;
};

export type EntryParts = { readonly header: string; readonly body: string };

/**
 * Reads a line's bytes, which must be the canonical form of what they say. Writing the value again and comparing finds everything that
 * another parser might read otherwise (duplicate names, spellings of numbers), but for `__proto__` and whole numbers beyond 2^53−1.
 *
 * @throws EvidenceRefusal `line-not-canonical`
 */
export function readCanonicalLine(bytes: Uint8Array): CanonicalLine {
  const text = utf8Text(bytes);
  if (text === undefined) throw notCanonical('the line is not UTF-8');
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notCanonical('the line is not JSON', cause);
  }
  const parts = entryParts(value, text);
  if (parts === undefined && !isOwnCanonicalText(value, text)) throw notCanonical('the line is not its own RFC 8785 form');
  if (SUSPICIOUS.test(text) && hasForbidden(value)) throw notCanonical('a number or a member name that parsers read differently');
  return parts === undefined ? { value } : { value, parts };
}

/** A whole number beyond 2^53−1 has 16 digits or an exponent. */
const SUSPICIOUS = /"__proto__"|[0-9]{16}|e\+/;

function isOwnCanonicalText(value: JsonValue, text: string): boolean {
  return canonicalOr(value, LIMITS.depth) === text;
}

/** The quick way for entries: header and body are needed as text later on. */
function entryParts(value: JsonValue, text: string): EntryParts | undefined {
  if (!isJsonObject(value) || value['kind'] !== 'entry' || Object.keys(value).join() !== 'body,disclosures,header,index,kind')
    return undefined;
  const within = LIMITS.depth - 1;
  const body = canonicalOr(value['body']!, within);
  const disclosures = canonicalOr(value['disclosures']!, within);
  const header = canonicalOr(value['header']!, within);
  const index = canonicalOr(value['index']!, within);
  const again = `{"body":${body},"disclosures":${disclosures},"header":${header},"index":${index},"kind":"entry"}`;
  return body !== undefined && header !== undefined && again === text ? { header, body } : undefined;
}

function canonicalOr(value: JsonValue, maxDepth: number): string | undefined {
  try {
    return canonicalText(value, maxDepth);
  } catch (error) {
    if (error instanceof AttestError) return undefined;
    throw error;
  }
}

function hasForbidden(value: JsonValue): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasForbidden);
  return Object.entries(value).some(([name, member]) => name === '__proto__' || hasForbidden(member));
}

function notCanonical(message: string, cause?: unknown): EvidenceRefusal {
  return new EvidenceRefusal('line-not-canonical', message, { cause });
}
