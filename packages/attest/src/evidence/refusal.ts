import { AttestError } from '../errors.ts';

/** Why a bundle is refused: one code for each check of docs/formats/evidence-bundle.md. */
export type EvidenceCode =
  // any line
  | 'limit-exceeded'
  | 'truncated'
  | 'line-not-canonical'
  | 'malformed-line'
  | 'line-out-of-order'
  // which log, which size
  | 'unsupported-version'
  | 'origin-mismatch'
  | 'note-malformed'
  | 'checkpoint-order'
  | 'log-signature-invalid'
  | 'cosignature-invalid'
  | 'quorum-not-met'
  | 'consistency-mismatch'
  | 'heads-mismatch'
  // entries
  | 'header-malformed'
  | 'index-out-of-range'
  | 'body-digest-mismatch'
  | 'body-malformed'
  | 'content-of-another-event'
  | 'seq-mismatch'
  | 'prev-mismatch'
  | 'recorded-at-decreases'
  | 'id-repeated'
  | 'recorded-outside-cosignatures'
  | 'disclosure-not-of-event'
  | 'disclosure-malformed'
  | 'basis-mismatch'
  | SignatureCode
  | 'signatures-missing'
  | 'reviewed-mismatch'
  // proofs
  | 'inclusion-mismatch'
  | 'head-proof-malformed'
  | 'head-mismatch'
  | 'end-mismatch'
  | 'stream-unproven'
  | 'subject-unproven'
  | 'ancestor-missing'
  // what the reader asked for
  | 'policy-malformed'
  | 'size-below-minimum'
  | 'older-than-asked'
  | 'saved-malformed'
  | 'older-than-saved'
  | 'saved-not-covered'
  | 'split-view'
  | 'compare-not-covered';

/** Why a signature does not count. */
export type SignatureCode =
  | 'signature-malformed'
  | 'key-unknown'
  | 'key-not-vouched'
  | 'key-revoked'
  | 'signature-invalid'
  | 'signature-of-other-content';

/** A check of a bundle that failed; which line it was is the reader's to say. */
export class EvidenceRefusal extends Error {
  override readonly name = 'EvidenceRefusal';
  readonly code: EvidenceCode;

  constructor(code: EvidenceCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** @throws EvidenceRefusal unless it holds */
export function check(holds: boolean, code: EvidenceCode, message: string): asserts holds {
  if (!holds) throw new EvidenceRefusal(code, message);
}

/** What the work gives; a refusal by this package's own checks is one check of the bundle. */
export function refusedAs<T>(code: EvidenceCode, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof AttestError)) throw cause;
    throw new EvidenceRefusal(code, cause.message, { cause });
  }
}
