import { fromBase64url, isDigest } from '../base64url.ts';
import { MAX_ENTRY_BYTES } from '../body.ts';
import { canonicalText } from '../canonical-json.ts';
import { AttestError } from '../errors.ts';
import { checkHeader, type Header, headerTooLarge, leafHash, type SignaturePath } from '../header.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import { checkMember, countMember, exactly, textMember } from '../members.ts';
import { verifyInclusion } from '../merkle.ts';
import type { VerifiedNoteSignature } from '../note/note-signatures.ts';
import type { Policy } from '../note/policy.ts';
import { verifyReleasedCheckpoint } from '../note/released-checkpoint.ts';
import { parseStrictJson } from '../strict-json.ts';
import type { Receipt } from './receipt.ts';

/** What `GET /v1/streams/{stream}/{seq}/proof` answers, as far as it is checked. */
export type EventProof = {
  /** The log's entry, byte for byte. */
  readonly header: string;
  readonly inclusion: SignaturePath;
  /** A released checkpoint of `inclusion.size`. */
  readonly checkpoint: string;
};

export type ProvenEvent = {
  readonly header: Header;
  readonly leaf: string;
  /** Which leaf of the log it is. */
  readonly index: number;
  /** Size of the checkpoint. */
  readonly size: number;
  readonly cosignatures: readonly VerifiedNoteSignature[];
};

/** @throws AttestError `missing-member`, `unknown-member` (in `inclusion`), `invalid-member` */
export function readEventProof(value: JsonValue | undefined): EventProof {
  const isObject = checkMember(isJsonObject(value), '', 'an object');
  const proof = (isObject ? value : {}) as { readonly [name: string]: JsonValue };
  const [header, checkpoint] = [textMember(proof, 'header', ''), textMember(proof, 'checkpoint', '')];
  const inclusion = exactly(proof['inclusion'], ['hashes', 'index', 'size'], '/inclusion');
  const [index, size] = [countMember(inclusion, 'index', '/inclusion'), countMember(inclusion, 'size', '/inclusion')];
  const hashes = inclusion['hashes'];
  checkMember(Array.isArray(hashes) && hashes.every(isDigest), '/inclusion/hashes', 'an array of hashes');
  return { header, inclusion: { index, size, hashes: hashes as readonly string[] }, checkpoint };
}

/**
 * Checks that an event is in a log, as a quorum of the policy's witnesses has seen it. In this order: the header's own form, the checkpoint
 * (see {@link verifyReleasedCheckpoint}), `receipt-size-mismatch` where the path is of another size, the path.
 *
 * @throws AttestError
 */
export function verifyEventProof({ header: text, inclusion, checkpoint: note }: EventProof, policy: Policy): ProvenEvent {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > MAX_ENTRY_BYTES) throw headerTooLarge(bytes.length);
  const value = parseStrictJson(bytes, { maxBytes: MAX_ENTRY_BYTES });
  const header = checkHeader(value);
  if (canonicalText(value) !== text) throw new AttestError('header-not-canonical', 'the header is not its own RFC 8785 form');
  const { checkpoint, cosignatures } = verifyReleasedCheckpoint(note, policy);
  const { index, size } = inclusion;
  if (size !== checkpoint.size)
    throw new AttestError('receipt-size-mismatch', 'path and checkpoint are of different sizes of the log');
  const leaf = leafHash(bytes);
  verifyInclusion({
    index,
    size,
    leafHash: fromBase64url(leaf),
    path: inclusion.hashes.map((hash) => fromBase64url(hash)),
    root: checkpoint.root,
  });
  return { header, leaf, index, size, cosignatures };
}

/**
 * Checks that a proven event is the very one that a receipt was given for.
 *
 * @throws AttestError `stream-mismatch`, `seq-mismatch`: the proof is of another place; `id-mismatch`, `receipt-contradicted`: another event
 *   stands in the place for which the receipt was given
 */
export function checkProvenReceipt(receipt: Receipt, { header, leaf }: ProvenEvent): void {
  if (header.stream !== receipt.stream) throw new AttestError('stream-mismatch', 'the proof is of another stream');
  if (header.seq !== receipt.seq) throw new AttestError('seq-mismatch', 'the proof is of another event of the stream');
  if (header.id !== receipt.id) throw new AttestError('id-mismatch', 'another event stands where the receipt says');
  if (leaf !== receipt.leaf)
    throw new AttestError('receipt-contradicted', 'the event in the log is not the one that the receipt was given for');
}
