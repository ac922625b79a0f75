import { base64url, fromBase64url } from './base64url.ts';
import { canonicalText } from './canonical-json.ts';
import { AttestError } from './errors.ts';
import type { JsonValue } from './json.ts';
import { digestOf } from './node-crypto.ts';
import { parseStrictJson } from './strict-json.ts';

/** A member kept out of a content: base64url of the JSON array [salt, name, value], and the digest that stands in `_sd` for it. */
export type Disclosure = { readonly disclosure: string; readonly digest: string };

export type DisclosedMember = {
  readonly salt: string;
  readonly name: string;
  readonly value: JsonValue;
  readonly digest: string;
};

/**
 * An object member as an SD-JWT disclosure (RFC 9901 §4.2.1), its array written as RFC 8785, so that a retry makes the same digest.
 *
 * @param salt at least 128 bits in unpadded base64url
 * @throws AttestError `invalid-disclosure`, and those of {@link canonicalText}
 */
export function disclose(salt: string, name: string, value: JsonValue): Disclosure {
  checkMember(salt, name);
  const disclosure = base64url(Buffer.from(canonicalText([salt, name, value]), 'utf8'));
  return { disclosure, digest: disclosureDigest(disclosure) };
}

/** RFC 9901 §4.2.3: over the disclosure's text as it was sent. */
export function disclosureDigest(disclosure: string): string {
  return digestOf(disclosure);
}

/**
 * What a disclosure discloses. Its JSON need not be canonical: a sender's own library may have written it.
 *
 * @throws AttestError `invalid-disclosure`, and those of {@link parseStrictJson}
 */
export function readDisclosure(disclosure: string): DisclosedMember {
  const array = parseStrictJson(bytesOf(disclosure));
  if (!Array.isArray(array) || array.length !== 3)
    throw new AttestError('invalid-disclosure', 'a disclosure is an array of salt, name and value');
  const [salt, name, value] = array as [JsonValue, JsonValue, JsonValue];
  checkMember(salt, name);
  return { salt: salt as string, name: name as string, value, digest: disclosureDigest(disclosure) };
}

function bytesOf(disclosure: string): Buffer {
  try {
    return fromBase64url(disclosure);
  } catch (cause) {
    throw new AttestError('invalid-disclosure', 'a disclosure is unpadded base64url', {}, { cause });
  }
}

/** 22 characters of base64url hold 128 bits. `_sd` and `...` would be read as digests, not as members (RFC 9901 §4.2.1). */
function checkMember(salt: JsonValue, name: JsonValue): void {
  if (typeof salt !== 'string' || !/^[A-Za-z0-9_-]{22,}$/.test(salt)) {
    throw new AttestError('invalid-disclosure', 'a salt has at least 128 bits in unpadded base64url', { pointer: '/0' });
  }
  if (typeof name !== 'string' || name === '_sd' || name === '...' || name === '__proto__') {
    throw new AttestError('invalid-disclosure', 'a disclosed name is a string, and not _sd, ... or __proto__', { pointer: '/1' });
  }
}
