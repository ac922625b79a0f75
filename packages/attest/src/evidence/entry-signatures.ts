import { fromBase64url, isDigest } from '../base64url.ts';
import { signatureHolds } from '../ed25519-signature.ts';
import { AttestError } from '../errors.ts';
import type { Signature } from '../header.ts';
import type { JsonObject } from '../json.ts';
import { type JwsParts, objectIn, partsOf } from '../jws.ts';
import { loadPublicKey } from '../keys.ts';
import { ESIG_TYP, SUBMISSION_TYP } from '../signatures.ts';
import { rootOfSubmission } from '../submission.ts';
import { isTimestamp } from '../timestamp.ts';
import type { EnrolledKey, KeyRegister } from './key-register.ts';
import type { SignatureCode } from './refusal.ts';

/** A signature of a header, and what it is worth. */
export type JudgedSignature =
  | { readonly code: SignatureCode; readonly kid: string | null }
  | {
      readonly code: 'counted';
      readonly kid: string;
      readonly typ: string;
      readonly meaning: string;
      readonly org: string;
      readonly person: string | null;
      readonly signedAt: string;
    };

export type CountedSignature = Extract<JudgedSignature, { readonly code: 'counted' }>;

/** Whom a signature is asked about: which content, at which index, attested by when (seconds). */
export type SignedEntry = { readonly contentDigest: string; readonly index: number; readonly provedBy: number };

/** So many newest outcomes are kept: one signature of a submission stands in the headers of up to some hundred events. */
const KEPT = 1024;

export class SignatureJudge {
  readonly #keys: KeyRegister;
  readonly #held = new Map<string, boolean>();

  constructor(keys: KeyRegister) {
    this.#keys = keys;
  }

  judge({ jws, path }: Signature, { contentDigest, index, provedBy }: SignedEntry): JudgedSignature {
    const parts = readParts(jws, path === undefined ? ESIG_TYP : SUBMISSION_TYP);
    if (parts === undefined) return { code: 'signature-malformed', kid: null };
    const { kid, typ } = parts.header;
    const key = this.#keys.keyAt(kid, index, provedBy);
    if (typeof key === 'string') return { code: key, kid };
    if (!this.#holds(jws, parts, key)) return { code: 'signature-invalid', kid };
    const payload = readPayload(parts.payload, path === undefined ? 'contentDigest' : 'root');
    const signed = payload && (path === undefined ? payload['contentDigest'] : payload['root']);
    if (payload === undefined || signed !== (path === undefined ? contentDigest : submissionRootOf(contentDigest, path)))
      return { code: 'signature-of-other-content', kid };
    const { meaning, signedAt } = payload as { meaning: string; signedAt: string };
    return { code: 'counted', kid, typ, meaning, org: key.org, person: key.person, signedAt };
  }

  #holds(jws: string, { signed, signature }: JwsParts, { publicKey }: EnrolledKey): boolean {
    const known = this.#held.get(jws);
    if (known !== undefined) return known;
    const holds = signatureHolds(Buffer.from(signed), loadPublicKey(publicKey).key, signature);
    if (this.#held.size >= KEPT) this.#held.delete(this.#held.keys().next().value!);
    this.#held.set(jws, holds);
    return holds;
  }
}

function readParts(jws: string, typ: string): JwsParts | undefined {
  return unlessRefused(() => {
    const parts = partsOf(jws);
    fromBase64url(parts.payload);
    return parts.header.typ === typ ? parts : undefined;
  });
}

function readPayload(part: string, digest: 'contentDigest' | 'root'): JsonObject | undefined {
  return unlessRefused(() => {
    const payload = objectIn(part);
    const fits =
      Object.keys(payload).length === 3 &&
      isDigest(payload[digest]) &&
      typeof payload['meaning'] === 'string' &&
      payload['meaning'] !== '' &&
      isTimestamp(payload['signedAt']);
    return fits ? payload : undefined;
  });
}

function submissionRootOf(contentDigest: string, path: NonNullable<Signature['path']>): string | undefined {
  return unlessRefused(() => rootOfSubmission(contentDigest, path));
}

function unlessRefused<T>(work: () => T | undefined): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof AttestError) return undefined;
    throw error;
  }
}
