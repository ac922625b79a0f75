import type { Policy } from '../note/policy.ts';
import { type BundleOutcome, BundleVerifier, type VerifiedBundle } from './bundle-verifier.ts';
import { checkAge, checkSaved, checkSize, compareViews, type OtherView, viewOf } from './questions.ts';
import { EvidenceRefusal } from './refusal.ts';
import type { EvidenceClaim, EvidenceReport } from './report.ts';

/** What a reader asks beyond what the bundle proves by itself. */
export type EvidenceQuestions = {
  /** The log must have had so many entries. */
  readonly minSize?: number;
  /** RFC 3339: the checkpoint must have been seen then or later. */
  readonly notBefore?: string;
  /** A checkpoint or heads note that the reader kept. */
  readonly saved?: string;
  /** Another bundle or checkpoint, verified already. */
  readonly compare?: OtherView;
};

/** A report, in words what was wrong, and the bundle where nothing was. */
export type EvidenceResult = {
  readonly report: EvidenceReport;
  readonly message?: string;
  readonly bundle?: VerifiedBundle;
};

/** Verifies the bytes of a bundle and answers the questions. */
export function verifyEvidence(bytes: Iterable<Uint8Array>, policy: Policy, questions: EvidenceQuestions = {}): EvidenceResult {
  const verifier = new BundleVerifier(policy);
  for (const chunk of bytes) {
    verifier.push(chunk);
    if (verifier.hasFailed) break;
  }
  return resultOf(verifier.outcome(), policy, questions);
}

/** What is to be told of a bundle that was read to its end. */
export function resultOf(outcome: BundleOutcome, policy: Policy, questions: EvidenceQuestions = {}): EvidenceResult {
  if (!outcome.ok) return refused(outcome.code, outcome.line, outcome.message);
  const { bundle } = outcome;
  try {
    return { report: { code: 'ok', line: null, claims: [...bundle.claims, ...answers(bundle, policy, questions)] }, bundle };
  } catch (error) {
    if (error instanceof EvidenceRefusal) return refused(error.code, null, error.message);
    throw error;
  }
}

function answers(bundle: VerifiedBundle, policy: Policy, { minSize, notBefore, saved, compare }: EvidenceQuestions) {
  const claims: EvidenceClaim[] = [];
  if (minSize !== undefined) checkSize(bundle, minSize);
  if (notBefore !== undefined) checkAge(bundle, notBefore);
  if (saved !== undefined) claims.push(checkSaved(bundle, saved, policy));
  if (compare !== undefined) claims.push(compareViews(viewOf(bundle), compare));
  return claims;
}

function refused(code: EvidenceReport['code'], line: number | null, message: string): EvidenceResult {
  return { report: { code, line, claims: [] }, message };
}
