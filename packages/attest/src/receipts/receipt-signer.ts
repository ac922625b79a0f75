import { base64url } from '../base64url.ts';
import { loadPrivateKey, type PrivateJwk, publicJwkOf } from '../keys.ts';
import { inclusionPaths, merkleLeaf } from '../merkle.ts';
import { type KeyObject, publicHalf, signEd25519 } from '../node-crypto.ts';
import { formatNote } from '../note/signed-note.ts';
import { ED25519, vkeyOf } from '../note/vkey.ts';
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
  const { id } = vkeyOf(name, publicJwkOf(publicHalf(key)), ED25519);
  return (receipts) => {
    const entries = receipts.map((receipt) => ({ ...receipt, origin, includeBy: later(receipt.recordedAt, includeWithinMs) }));
    const { root, paths } = inclusionPaths(entries.map((entry) => merkleLeaf(Buffer.from(receiptEntryText(entry), 'utf8'))));
    const size = receipts.length;
    const text = receiptsNoteText({ origin, size, root });
    const note = formatNote({ text, signatures: [{ name, id, signature: signEd25519(Buffer.from(text, 'utf8'), key) }] });
    // A node stands in the paths of all leaves beside it.
    const texts = new Map<Buffer, string>();
    const textOf = (node: Buffer) => {
      const known = texts.get(node);
      if (known !== undefined) return known;
      const made = base64url(node);
      texts.set(node, made);
      return made;
    };
    return receipts.map((receipt, index) => ({
      ...receipt,
      signed: { origin, includeBy: entries[index]!.includeBy, path: { index, size, hashes: paths[index]!.map(textOf) }, note },
    }));
  };
}

function later(recordedAt: string, ms: number): string {
  return new Date(Date.parse(recordedAt) + ms).toISOString();
}
