import { loadPrivateKey, type PrivateJwk, publicJwkOf } from '../keys.ts';
import { type KeyObject, publicHalf, signEd25519 } from '../node-crypto.ts';
import { formatNote } from '../note/signed-note.ts';
import { ED25519, vkeyOf } from '../note/vkey.ts';
import { groupTree } from './group-tree.ts';
import { type Receipt, receiptEntryText } from './receipt.ts';
import { receiptsNoteText } from './receipts-note.ts';

export type ReceiptSignerOptions = {
  readonly origin: string;
  /** As the policy's `receipts` line names the key. */
  readonly name: string;
  readonly privateKey: PrivateJwk | KeyObject;
  /** From `recordedAt` to `includeBy`, ms. */
  readonly includeWithinMs: number;
};

/** Signs receipts that are given together: one signature for all of them. At least one, in any order. */
export type ReceiptSigner = (receipts: readonly Receipt[]) => Receipt[];

/**
 * `includeBy` depends on the receipt and the delay alone, so that whoever asks again is promised the same.
 *
 * @throws AttestError `invalid-vkey` for origin or name, `invalid-key`
 */
export function receiptSigner({ origin, name, privateKey, includeWithinMs }: ReceiptSignerOptions): ReceiptSigner {
  const { key } = loadPrivateKey(privateKey);
  // Checked once: for each group it would cost more than the signature.
  const { id: keyId } = vkeyOf(name, publicJwkOf(publicHalf(key)), ED25519);
  return (receipts) => {
    const includeBy = laterBy(includeWithinMs);
    const promised = receipts.map(({ recordedAt }) => includeBy(recordedAt));
    const entries = receipts.map(({ id, stream, seq, leaf, recordedAt }, n) =>
      receiptEntryText({ id, includeBy: promised[n]!, leaf, origin, recordedAt, seq, stream }),
    );
    const { root, paths } = groupTree(entries);
    const size = receipts.length;
    const text = receiptsNoteText({ origin, size, root });
    const note = formatNote({ text, signatures: [{ name, id: keyId, signature: signEd25519(Buffer.from(text, 'utf8'), key) }] });
    return receipts.map((receipt, index) => ({
      ...receipt,
      signed: { origin, includeBy: promised[index]!, path: { index, size, hashes: paths[index]! }, note },
    }));
  };
}

/** What is recorded together often bears the same time. */
function laterBy(ms: number): (recordedAt: string) => string {
  let [last, later] = ['', ''];
  return (recordedAt) => {
    if (recordedAt !== last) [last, later] = [recordedAt, new Date(Date.parse(recordedAt) + ms).toISOString()];
    return later;
  };
}
