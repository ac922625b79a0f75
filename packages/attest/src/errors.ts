/** Every way in which bytes, proofs, signatures or values of this package can be refused. Codes are stable and safe to show. */
export type AttestErrorCode =
  // JSON text
  | 'invalid-utf8'
  | 'byte-order-mark'
  | 'invalid-json'
  | 'duplicate-key'
  | 'forbidden-key'
  | 'lone-surrogate'
  | 'number-out-of-range'
  | 'number-not-exact'
  | 'too-deep'
  | 'too-large'
  // values to be written as JSON
  | 'not-json'
  // the envelope
  | 'missing-member'
  | 'unknown-member'
  | 'invalid-member'
  | 'unsupported-version'
  | 'content-not-canonical'
  | 'body-not-canonical'
  | 'header-not-canonical'
  | 'body-too-large'
  | 'header-too-large'
  | 'body-digest-mismatch'
  | 'id-mismatch'
  | 'stream-mismatch'
  | 'seq-mismatch'
  | 'prev-mismatch'
  | 'recorded-at-decreases'
  | 'invalid-event-id'
  | 'invalid-stream'
  | 'invalid-purpose'
  // Merkle trees
  | 'invalid-tree-size'
  | 'invalid-hash'
  | 'index-out-of-range'
  | 'path-length-mismatch'
  | 'root-mismatch'
  // keys and signatures
  | 'invalid-key'
  | 'low-order-key'
  | 'non-canonical-key'
  | 'invalid-jws'
  | 'unexpected-typ'
  | 'unexpected-kid'
  | 'signature-mismatch'
  | 'enrolment-mismatch'
  // signed notes, checkpoints, policies
  | 'invalid-vkey'
  | 'invalid-note'
  | 'no-trusted-signature'
  | 'invalid-checkpoint'
  | 'invalid-timestamp'
  | 'invalid-policy'
  | 'unexpected-origin'
  | 'quorum-not-met'
  // receipts
  | 'receipt-not-signed'
  | 'invalid-receipts-note'
  | 'receipt-size-mismatch'
  | 'receipt-contradicted'
  // the log on disk, and what is served from it
  | 'invalid-tile-path'
  | 'invalid-entry-bundle'
  | 'log-too-short'
  | 'log-damaged'
  // the heads map
  | 'invalid-heads-note'
  | 'invalid-head'
  | 'invalid-head-proof'
  | 'heads-damaged'
  | 'heads-size-unknown'
  | 'heads-in-use'
  // disclosures
  | 'invalid-disclosure'
  | 'invalid-base64url';

export type FaultPlace = {
  /** JSON Pointer (RFC 6901) of the value, or of the member, at fault; '' is the whole. */
  readonly pointer?: string;
  /** Offset into the input where the fault was seen: bytes where bytes were given, UTF-16 units where a string was. */
  readonly offset?: number;
};

/** A refusal with its code, and the place where it is known. */
export class AttestError extends Error {
  override readonly name = 'AttestError';
  readonly code: AttestErrorCode;
  readonly pointer: string | undefined;
  readonly offset: number | undefined;

  constructor(code: AttestErrorCode, message: string, place: FaultPlace = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.pointer = place.pointer;
    this.offset = place.offset;
  }
}
