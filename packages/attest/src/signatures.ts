import { isDigest } from './base64url.ts';
import { contentDigest } from './content.ts';
import { AttestError } from './errors.ts';
import type { Signature } from './header.ts';
import type { JsonObject } from './json.ts';
import { readJwsHeader, signJws, verifyJws } from './jws.ts';
import type { PrivateJwk, PublicJwk } from './keys.ts';
import { checkMember, exactly } from './members.ts';
import type { KeyObject } from './node-crypto.ts';
import { rootOfSubmission } from './submission.ts';
import { isTimestamp } from './timestamp.ts';

/** `typ` of a person's signature over one content (21 CFR 11.50, 11.70). */
export const ESIG_TYP = 'cytoledger-esig';

/** `typ` of one signature over the root of many content digests. */
export const SUBMISSION_TYP = 'cytoledger-submission';

/** What a signer says: over which content, as what (e.g. `review`, `release`), when by their own clock. */
export type ContentSignature = { readonly contentDigest: string; readonly meaning: string; readonly signedAt: string };

export type SubmissionSignature = { readonly root: string; readonly meaning: string; readonly signedAt: string };

/** @throws AttestError `invalid-member`, `invalid-key` */
export function signContent({ contentDigest, meaning, signedAt }: ContentSignature, privateKey: PrivateJwk | KeyObject): string {
  return signJws(ESIG_TYP, checkPayload({ contentDigest, meaning, signedAt }, 'contentDigest'), privateKey);
}

/** @throws AttestError `invalid-member`, `invalid-key` */
export function signSubmission({ root, meaning, signedAt }: SubmissionSignature, privateKey: PrivateJwk | KeyObject): string {
  return signJws(SUBMISSION_TYP, checkPayload({ root, meaning, signedAt }, 'root'), privateKey);
}

/** What a signature in a header says once it holds. */
export type VerifiedSignature = {
  readonly kid: string;
  readonly typ: string;
  readonly meaning: string;
  readonly signedAt: string;
};

/**
 * Checks that a signature of a header holds for a content and a key: directly, or with a path over the submission that the content was in.
 *
 * @throws AttestError those of {@link verifyJws} and {@link rootOfSubmission}; `root-mismatch` where the signature is over something else
 */
export function verifySignature(
  { jws, path }: Signature,
  contentText: string,
  publicKey: PublicJwk | KeyObject,
): VerifiedSignature {
  const typ = path === undefined ? ESIG_TYP : SUBMISSION_TYP;
  const signed = path === undefined ? 'contentDigest' : 'root';
  const payload = checkPayload(verifyJws(jws, publicKey, typ), signed);
  const digest = contentDigest(contentText);
  if (payload[signed] !== (path === undefined ? digest : rootOfSubmission(digest, path))) {
    throw new AttestError('root-mismatch', 'the signature is over another content');
  }
  return { kid: readJwsHeader(jws).kid, typ, meaning: payload['meaning'] as string, signedAt: payload['signedAt'] as string };
}

function checkPayload(payload: JsonObject, digestMember: 'contentDigest' | 'root'): JsonObject {
  exactly(payload, [digestMember, 'meaning', 'signedAt'], '');
  checkMember(isDigest(payload[digestMember]), `/${digestMember}`, 'a SHA-256 digest');
  checkMember(typeof payload['meaning'] === 'string' && payload['meaning'] !== '', '/meaning', 'a text');
  checkMember(isTimestamp(payload['signedAt']), '/signedAt', 'an RFC 3339 time with offset');
  return payload;
}
