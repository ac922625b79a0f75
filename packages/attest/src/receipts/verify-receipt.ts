import { fromBase64url } from '../base64url.ts';
import { AttestError } from '../errors.ts';
import { merkleLeaf, verifyInclusion } from '../merkle.ts';
import { verifyNote } from '../note/note-signatures.ts';
import type { Policy } from '../note/policy.ts';
import { readNote } from '../note/signed-note.ts';
import type { Vkey } from '../note/vkey.ts';
import { type Receipt, type ReceiptSignature, receiptEntryText } from './receipt.ts';
import { readReceiptsNote } from './receipts-note.ts';

export type VerifiedReceipt = {
  readonly receipt: Receipt & { readonly signed: ReceiptSignature };
  /** The receipt key of the policy that signed it. */
  readonly key: Vkey;
};

/**
 * Checks that a receipt, read by {@link readReceipt}, was signed for the policy's log. In this order:
 *
 * 1. `receipt-not-signed`
 * 2. the codes of {@link readNote}, `invalid-receipts-note`
 * 3. `unexpected-origin`: of the receipt, or of its note
 * 4. `signature-mismatch`, `no-trusted-signature`
 * 5. `receipt-size-mismatch`, `path-length-mismatch`, `root-mismatch`
 *
 * Any receipt key of the policy counts, whatever its range: a receipt knows no size of the log.
 *
 * @throws AttestError
 */
export function verifyReceipt(receipt: Receipt, policy: Policy): VerifiedReceipt {
  const { signed } = receipt;
  if (signed === undefined) throw new AttestError('receipt-not-signed', 'the receipt bears no signature');
  const note = readNote(signed.note);
  const { origin, size, root } = readReceiptsNote(note.text);
  if (origin !== policy.origin || signed.origin !== policy.origin)
    throw new AttestError('unexpected-origin', `the receipt is of another log than ${policy.origin}`);
  const [by] = verifyNote(note, policy.receipts);
  const { path } = signed;
  if (path.size !== size) throw new AttestError('receipt-size-mismatch', 'path and note tell different numbers of receipts');
  const entry = receiptEntryText({ ...receipt, origin, includeBy: signed.includeBy });
  verifyInclusion({
    index: path.index,
    size,
    leafHash: merkleLeaf(Buffer.from(entry, 'utf8')),
    path: path.hashes.map((hash) => fromBase64url(hash)),
    root,
  });
  return { receipt: { ...receipt, signed }, key: by!.key };
}
