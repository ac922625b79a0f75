import { hash } from 'node:crypto';
import { VaultError } from './errors.ts';
import type { DisclosureEntry } from './port.ts';

const MAX_NAME_LENGTH = 256;
const MAX_POINTER_LENGTH = 2048;
const MAX_DISCLOSURE_LENGTH = 262_144;
const DIGEST = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const TIME_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** @throws VaultError `invalid-entry`, `digest-mismatch` */
export function checkEntry({ subject, stream, eventId, pointer, digest, disclosure }: DisclosureEntry): void {
  checkName('subject', subject, 1);
  checkName('stream', stream, 1);
  checkName('eventId', eventId, 1);
  checkName('pointer', pointer, 0, MAX_POINTER_LENGTH);
  checkName('disclosure', disclosure, 1, MAX_DISCLOSURE_LENGTH);
  checkDigest(digest);
  if (hash('sha256', disclosure, 'base64url') !== digest) {
    throw new VaultError('digest-mismatch', `the disclosure for ${pointer} does not have the digest ${digest}`);
  }
}

/** @throws VaultError `invalid-entry` */
export function checkSubject(subject: string): void {
  checkName('subject', subject, 1);
}

/** @throws VaultError `invalid-entry` */
export function checkDigest(digest: string): void {
  if (typeof digest !== 'string' || !DIGEST.test(digest))
    throw new VaultError('invalid-entry', 'digest must be an unpadded base64url SHA-256');
}

/** @throws VaultError `invalid-entry` */
export function checkRestriction(until: string | null, reason: string): void {
  if (until !== null && !(typeof until === 'string' && TIME_UTC.test(until) && Number.isFinite(Date.parse(until)))) {
    throw new VaultError('invalid-entry', 'until must be an RFC 3339 time in UTC, or null');
  }
  checkName('reason', reason, 1, MAX_POINTER_LENGTH);
}

function checkName(member: string, value: string, min: number, max = MAX_NAME_LENGTH): void {
  if (typeof value !== 'string' || value.length < min || value.length > max || value.includes('\0') || !value.isWellFormed()) {
    throw new VaultError('invalid-entry', `${member} must be ${min} to ${max} characters of Unicode text without U+0000`);
  }
}
