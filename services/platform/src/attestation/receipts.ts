import { type ReceiptSigner, receiptSigner } from '@cytoledger/attest';
import type { AttestedLog, SigningKey } from '@cytoledger/attestation';
import { parsePosition } from '@cytoledger/event-store';
import type { WhenAttested } from '@cytoledger/service-kit';

const SECOND = 1000;

/**
 * Signs receipts once the log has a policy that pins their key: without witnesses nothing is released, and a promise of it could not be kept.
 *
 * @param includeWithin seconds from recording to the promised checkpoint
 */
export function receiptsOf(attested: AttestedLog, { privateKey, vkey }: SigningKey, includeWithin: number): ReceiptSigner | null {
  const { origin, policy } = attested;
  const isPinned = policy?.receipts.some(({ name, id }) => name === vkey.name && id === vkey.id);
  if (!isPinned) return null;
  return receiptSigner({ origin, name: vkey.name, privateKey, includeWithinMs: includeWithin * SECOND });
}

/** For senders that prefer to wait. */
export function whenAttested(attested: AttestedLog): WhenAttested {
  return async (given, timeoutMs, signal) => {
    const position = parsePosition(given);
    if (!(await attested.whenReleasedAt(position, timeoutMs, signal))) return null;
    const index = attested.indexOf(position);
    return index === undefined ? null : { index, size: attested.size };
  };
}
