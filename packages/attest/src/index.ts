export { base64url, fromBase64url, is128Bits, isDigest } from './base64url.ts';
export {
  type Actor,
  type BasisEntry,
  type Body,
  type BodyParts,
  contentTextOf,
  MAX_ENTRY_BYTES,
  readBody,
  sealBody,
} from './body.ts';
export { canonicalBytes, canonicalText } from './canonical-json.ts';
export { type Capture, type Content, contentDigest, contentText, noncedContentText, readContent } from './content.ts';
export { type DisclosedMember, type Disclosure, disclose, disclosureDigest, readDisclosure } from './disclosure.ts';
export { AttestError, type AttestErrorCode, type FaultPlace } from './errors.ts';
export { contentNonce, type Derivation, derivedEventId, isUuidV7OrV8 } from './event-id.ts';
export {
  HEADER_VERSION,
  type Header,
  type HeaderParts,
  leafHash,
  readHeader,
  type SealedHeader,
  type Signature,
  type SignaturePath,
  sealHeader,
} from './header.ts';
export { type Head, headValue } from './heads/head.ts';
export {
  encodeHeadProof,
  type HeadProof,
  type PathEnd,
  readHeadProof,
  verifyHead,
  verifyNoHead,
} from './heads/head-proof.ts';
export { type HeadsNote, headsNoteText, readHeadsNote, type VerifiedHeads, verifyHeadsNote } from './heads/heads-note.ts';
export { streamKey } from './heads/map-hash.ts';
export { isJsonObject, type JsonObject, type JsonValue, pointerTo } from './json.ts';
export { readJwsHeader, verifyJws } from './jws.ts';
export { checkPublicKey, generateKey, type PrivateJwk, type PublicJwk, thumbprint } from './keys.ts';
export { type ConsistencyProof, verifyConsistency } from './log/consistency.ts';
export { entryBundle, readEntryBundle } from './log/entry-bundle.ts';
export { readTilePath, TILE_WIDTH, type TilePath, tilePath, tilesOf } from './log/tile-path.ts';
export { consistencyFrom, inclusionFrom, type NodeAt, rootFrom } from './log/tree-nodes.ts';
export {
  EMPTY_ROOT,
  type InclusionProof,
  inclusionPath,
  inclusionPaths,
  merkleLeaf,
  merkleNode,
  merkleRoot,
  rootFromInclusion,
  verifyInclusion,
} from './merkle.ts';
export { digestOf, sha256 } from './node-crypto.ts';
export { type Checkpoint, checkpointText, readCheckpoint } from './note/checkpoint.ts';
export {
  cosignNote,
  type NoteSigner,
  signNote,
  type VerifiedNoteSignature,
  verifyNote,
} from './note/note-signatures.ts';
export {
  keysAt,
  POLICY_HEADER,
  type Policy,
  type PolicyKey,
  type PolicyWitness,
  readPolicy,
  toleratedWitnesses,
} from './note/policy.ts';
export { type ReleasedCheckpoint, verifyReleasedCheckpoint, verifySignedCheckpoint } from './note/released-checkpoint.ts';
export { formatNote, type NoteSignature, readNote, type SignedNote } from './note/signed-note.ts';
export { COSIGNATURE, ED25519, formatVkey, readVkey, type SignatureType, type Vkey, vkeyOf } from './note/vkey.ts';
export {
  checkProvenReceipt,
  type EventProof,
  type ProvenEvent,
  readEventProof,
  verifyEventProof,
} from './receipts/event-proof.ts';
export {
  type Receipt,
  type ReceiptEntry,
  type ReceiptSignature,
  readReceipt,
  receiptEntryText,
} from './receipts/receipt.ts';
export { type ReceiptSigner, type ReceiptSignerOptions, receiptSigner } from './receipts/receipt-signer.ts';
export { type ReceiptsNote, readReceiptsNote, receiptsNoteText } from './receipts/receipts-note.ts';
export { type VerifiedReceipt, verifyReceipt } from './receipts/verify-receipt.ts';
export { checkSealed, type SealedEvent } from './sealed-event.ts';
export {
  type ContentSignature,
  ESIG_TYP,
  SUBMISSION_TYP,
  type SubmissionSignature,
  signContent,
  signSubmission,
  type VerifiedSignature,
  verifySignature,
} from './signatures.ts';
export {
  KEY_TYP,
  type KeyEnrolment,
  type KeyStatement,
  signStatement,
  verifyKeyEnrolment,
  verifyStatement,
} from './statement.ts';
export { DEFAULT_MAX_BYTES, DEFAULT_MAX_DEPTH, type JsonLimits, parseStrictJson } from './strict-json.ts';
export { rootOfSubmission, type Submission, submissionOf, submissionPath, submissionRoot } from './submission.ts';
export { readSuccession, SUCCESSION_TYP, type Succession, signSuccession, verifySuccession } from './succession.ts';
export { isRecordedAt, isTimestamp } from './timestamp.ts';
