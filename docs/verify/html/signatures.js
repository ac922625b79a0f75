import { base64url, fromBase64url, isDigest } from './bytes.js';
import { hasExactly } from './json.js';
import { holdsBy, payloadOf, readJws } from './jws.js';
import { isRevoked } from './key-register.js';
import { leafHash, rootOfPath } from './merkle.js';
import { timeOf } from './time.js';

/**
 * @typedef {{ readonly code: string, readonly kid: string | null }} Uncounted
 * @typedef {{
 *   readonly code: 'counted', readonly kid: string, readonly meaning: string, readonly org: string, readonly person: string | null,
 *   readonly signedAt: string, readonly typ: string,
 * }} Counted
 */

const ESIG = 'cytoledger-esig';
const SUBMISSION = 'cytoledger-submission';

/** What takes effect by signature: which meaning, of how many persons. @type {ReadonlyMap<string, { meaning?: string, persons: number }>} */
const EFFECTIVE = new Map([
  ['batch.released.v1', { meaning: 'release', persons: 2 }],
  ['batch.conditionally-released.v1', { meaning: 'conditional-release', persons: 2 }],
  ['batch.exceptionally-released.v1', { meaning: 'exceptional-release', persons: 2 }],
  ['batch.conditional-release-closed.v1', { meaning: 'conditional-release-closing', persons: 2 }],
  ['batch.specification-rebound.v1', { meaning: 'specification-rebinding', persons: 1 }],
  ['batch.rejected.v1', { persons: 1 }],
  ['batch.quarantine-lifted.v1', { meaning: 'quarantine-lifting', persons: 1 }],
  ['batch.break-glass-countersigned.v1', { meaning: 'break-glass-countersignature', persons: 1 }],
  ['correction.approved.v1', { meaning: 'correction-approval', persons: 1 }],
  ['material.released.v1', { meaning: 'material-release', persons: 1 }],
  ['person.linked.v1', { meaning: 'identity-link', persons: 2 }],
  ['person.unlinked.v1', { meaning: 'identity-link', persons: 2 }],
  ['person.withdrawal-decided.v1', { meaning: 'withdrawal-decision', persons: 1 }],
  ['shipment.crossing-authorised.v1', { meaning: 'crossing-authorisation', persons: 1 }],
  ['treatment.conditioning-authorised.v1', { meaning: 'conditioning-authorisation', persons: 1 }],
]);

/**
 * What one signature of a header is worth.
 *
 * @param {import('./records.js').Signature} signature
 * @param {import('./key-register.js').KeyRegister} register
 * @param {{ readonly index: number, readonly notAfter: number, readonly contentDigest: Uint8Array }} entry
 * @returns {Counted | Uncounted}
 */
export function weigh({ jws: text, path }, register, { index, notAfter, contentDigest }) {
  const jws = readJws(text);
  const typ = path === undefined ? ESIG : SUBMISSION;
  if (jws === undefined || jws.typ !== typ) return { code: 'signature-malformed', kid: null };
  const { kid } = jws;
  const record = register.record(kid);
  if (record === undefined || record.enrols >= index) return { code: 'key-unknown', kid };
  const { enrolment } = record;
  if (enrolment === undefined || enrolment.index >= index || !register.isWhole(kid)) return { code: 'key-not-vouched', kid };
  if (isRevoked(record, index, notAfter)) return { code: 'key-revoked', kid };
  if (!holdsBy(jws, enrolment.key)) return { code: 'signature-invalid', kid };
  const payload = payloadOf(jws);
  const names = path === undefined ? 'contentDigest' : 'root';
  const signed = path === undefined ? base64url(contentDigest) : rootOfSubmission(contentDigest, path);
  if (!hasExactly(payload, ['meaning', 'signedAt', names])) return { code: 'signature-of-other-content', kid };
  const { meaning, signedAt } = payload;
  if (typeof meaning !== 'string' || meaning === '' || typeof signedAt !== 'string' || timeOf(signedAt) === undefined)
    return { code: 'signature-of-other-content', kid };
  if (!isDigest(payload[names]) || payload[names] !== signed) return { code: 'signature-of-other-content', kid };
  return { code: 'counted', kid, meaning, org: enrolment.org, person: enrolment.person, signedAt, typ };
}

/** @param {Uint8Array} contentDigest @param {NonNullable<import('./records.js').Signature['path']>} path */
function rootOfSubmission(contentDigest, { index, size, hashes }) {
  const steps = hashes.map((hash) => /** @type {Uint8Array} */ (fromBase64url(hash)));
  const root = rootOfPath(index, size, leafHash(contentDigest), steps);
  return root === undefined ? undefined : base64url(root);
}

/**
 * Why an event that takes effect by signature does not.
 *
 * @param {string} type
 * @param {readonly (Counted | Uncounted)[]} signatures
 * @returns {string | undefined} a code
 */
export function effectFault(type, signatures) {
  const wanted = EFFECTIVE.get(type);
  if (wanted === undefined) return undefined;
  const persons = new Set();
  for (const signature of signatures) {
    if (!isCounted(signature)) return signature.code;
    const { typ, meaning, org, person } = signature;
    if (typ === ESIG && person !== null && (wanted.meaning ?? meaning) === meaning) persons.add(JSON.stringify([org, person]));
  }
  return persons.size >= wanted.persons ? undefined : 'signatures-missing';
}

/** Who vouches. @param {readonly (Counted | Uncounted)[]} signatures */
export function voucherOf(signatures) {
  const counted = signatures.filter(isCounted);
  if (counted.some(({ typ, person }) => typ === ESIG && person !== null)) return 'person';
  return counted.length > 0 ? 'client' : 'platform';
}

/** @param {Counted | Uncounted} signature @returns {signature is Counted} */
function isCounted(signature) {
  return signature.code === 'counted';
}
