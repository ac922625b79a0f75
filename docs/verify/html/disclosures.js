import { base64url, fromBase64url, textOf, utf8 } from './bytes.js';
import { parseStrictJson } from './json.js';
import { check } from './refusal.js';
import { sha256 } from './sha256.js';

/** RFC 9901 disclosures: what was kept out of a content as a digest. */

const SALT = /^[A-Za-z0-9_-]{22,}$/;
const NOT_A_NAME = ['_sd', '...', '__proto__'];

/** Before a digest, in place of a disclosure: that it is gone for good. */
const ERASED = 'erased:';

/** @param {string} disclosure */
export function isErasedMark(disclosure) {
  return disclosure.startsWith(ERASED);
}

/**
 * @param {readonly string[]} disclosures
 * @param {import('./json.js').JsonObject} data of the content
 * @throws Refusal `disclosure-not-of-event`, `disclosure-malformed`
 */
export function checkDisclosures(disclosures, data) {
  if (disclosures.length === 0) return;
  /** @type {Set<string>} */
  const digests = new Set();
  collectDigests(data, digests);
  for (const disclosure of disclosures) {
    // Taken out, so that none is there for an equal one.
    const isMark = isErasedMark(disclosure);
    const digest = isMark ? disclosure.slice(ERASED.length) : base64url(sha256(utf8(disclosure)));
    check(digests.delete(digest), 'disclosure-not-of-event');
    check(isMark || isDisclosure(disclosure), 'disclosure-malformed');
  }
}

/** @param {import('./json.js').Json} value @param {Set<string>} digests */
function collectDigests(value, digests) {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (name === '_sd' && !Array.isArray(value) && Array.isArray(member))
      for (const item of member) if (typeof item === 'string') digests.add(item);
    collectDigests(member, digests);
  }
}

/** @param {string} text */
function isDisclosure(text) {
  const array = parseStrictJson(fromBase64url(text), textOf);
  if (!Array.isArray(array) || array.length !== 3) return false;
  const [salt, name] = array;
  return typeof salt === 'string' && SALT.test(salt) && typeof name === 'string' && !NOT_A_NAME.includes(name);
}
