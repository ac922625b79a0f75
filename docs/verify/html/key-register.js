import { fromBase64url } from './bytes.js';
import { isPublicKey } from './ed25519.js';
import { canonicalText, hasExactly, isObject } from './json.js';
import { statementBy, thumbprint } from './jws.js';
import { countingAt } from './policy.js';
import { isTextOrNull } from './records.js';
import { timeOf } from './time.js';

/**
 * Whose keys they are, as the organisations' roots say that the policy pins.
 *
 * @typedef {{ readonly kid: string, readonly org: string, readonly person: string | null, readonly key: Uint8Array, readonly index: number }} Enrolment
 * @typedef {{ readonly index: number, readonly compromisedFrom: string | null, readonly compromisedTime: number }} Revocation
 * @typedef {{ enrols: number, enrolment?: Enrolment, readonly revocations: Revocation[] }} KeyRecord
 * @typedef {import('./json.js').JsonObject} JsonObject
 */

const KEY_TYP = 'cytoledger-key';
export const KEY_STREAM = 'key-';

export class KeyRegister {
  /** @param {import('./policy.js').Policy} policy */
  constructor(policy) {
    this.policy = policy;
    /** By stream. @type {Map<string, KeyRecord>} */
    this.records = new Map();
    /** Streams of which an entry is not shown. @type {Set<string>} */
    this.hidden = new Set();
  }

  /** @param {string} kid @returns {KeyRecord | undefined} */
  record(kid) {
    return this.records.get(KEY_STREAM + kid);
  }

  /** An entry of a key stream whose body is not shown: it may revoke the key. @param {string} stream */
  hide(stream) {
    this.hidden.add(stream);
  }

  /** Whether every entry of a key's stream is shown. @param {string} kid */
  isWhole(kid) {
    return !this.hidden.has(KEY_STREAM + kid);
  }

  /**
   * Takes an entry of a key stream whose body is shown.
   *
   * @param {string} stream
   * @param {number} index
   * @param {import('./records.js').Content} content
   * @returns {boolean} whether an organisation vouches for it
   */
  take(stream, index, { type, data }) {
    if (type === 'key.enrolled.v1') return this.enrol(stream, index, data);
    const record = this.records.get(stream);
    return type === 'key.revoked.v1' && record?.enrolment !== undefined && this.revoke(record, record.enrolment, index, data);
  }

  /** @param {string} stream @param {number} index @param {JsonObject} data */
  enrol(stream, index, data) {
    const record = this.records.get(stream) ?? { enrols: index, revocations: [] };
    this.records.set(stream, record);
    if (record.enrolment !== undefined) return false;
    record.enrolment = this.enrolmentIn(stream, index, data);
    return record.enrolment !== undefined;
  }

  /** @param {string} stream @param {number} index @param {JsonObject} data @returns {Enrolment | undefined} */
  enrolmentIn(stream, index, data) {
    const { kid, org, person, publicKey, roles, statements } = data;
    if (typeof kid !== 'string' || typeof org !== 'string' || !isTextOrNull(person) || !Array.isArray(roles)) return undefined;
    if (stream !== KEY_STREAM + kid || !isObject(statements)) return undefined;
    const { byOrganisation, byKey } = statements;
    const key = keyIn(publicKey);
    const root = this.rootOf(org, index);
    if (key === undefined || root === undefined || kid !== thumbprint(key)) return undefined;
    if (typeof byOrganisation !== 'string' || typeof byKey !== 'string') return undefined;
    const expected = canonicalText({ kid, org, person, publicKey, roles });
    for (const [text, by] of /** @type {const} */ ([
      [byOrganisation, root],
      [byKey, key],
    ])) {
      const payload = statementBy(text, KEY_TYP, by);
      if (payload === undefined || canonicalText(payload) !== expected) return undefined;
    }
    return { kid, org, person: /** @type {string | null} */ (person), key, index };
  }

  /** @param {KeyRecord} record @param {Enrolment} enrolment @param {number} index @param {JsonObject} data */
  revoke(record, { kid, org }, index, { statements }) {
    const root = this.rootOf(org, index);
    const text = isObject(statements) ? statements.byOrganisation : undefined;
    if (root === undefined || typeof text !== 'string') return false;
    const payload = statementBy(text, KEY_TYP, root);
    if (payload === undefined || payload.kid !== kid || payload.revoked !== true) return false;
    const { compromisedFrom } = payload;
    if (compromisedFrom === undefined) {
      record.revocations.push({ index, compromisedFrom: null, compromisedTime: Number.POSITIVE_INFINITY });
      return true;
    }
    const compromisedTime = timeOf(compromisedFrom);
    if (compromisedTime === undefined) return false;
    record.revocations.push({ index, compromisedFrom: /** @type {string} */ (compromisedFrom), compromisedTime });
    return true;
  }

  /** @param {string} org @param {number} index */
  rootOf(org, index) {
    return countingAt(this.policy.organisations, index).find(({ name }) => name === org)?.key;
  }

  claims() {
    return [...this.records.values()]
      .flatMap(({ enrolment, revocations }) =>
        enrolment === undefined || !this.isWhole(enrolment.kid) ? [] : [{ enrolment, revocations }],
      )
      .sort((a, b) => (a.enrolment.kid < b.enrolment.kid ? -1 : 1))
      .map(({ enrolment: { kid, org, person, index }, revocations }) => ({
        claim: 'key',
        kid,
        org,
        person,
        enrolled: index,
        revoked: revocations[0]?.index ?? null,
        compromisedFrom: earliest(revocations)?.compromisedFrom ?? null,
      }));
  }
}

/** @param {readonly Revocation[]} revocations */
function earliest(revocations) {
  return revocations.reduce(
    (first, one) => (first === undefined || one.compromisedTime < first.compromisedTime ? one : first),
    /** @type {Revocation | undefined} */ (undefined),
  );
}

/** @param {unknown} jwk */
function keyIn(jwk) {
  if (!hasExactly(jwk, ['crv', 'kty', 'x']) || jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519' || typeof jwk.x !== 'string')
    return undefined;
  const key = fromBase64url(jwk.x);
  return key !== undefined && isPublicKey(key) ? key : undefined;
}

/**
 * Whether a key is revoked for an entry.
 *
 * @param {KeyRecord} record
 * @param {number} index
 * @param {number} notAfter seconds
 */
export function isRevoked({ revocations }, index, notAfter) {
  return revocations.some((one) => one.index < index || one.compromisedTime < (notAfter + 1) * 1000);
}
