import { base64, fromBase64 } from '../base64.ts';
import { AttestError } from '../errors.ts';
import { checkHash } from '../merkle.ts';
import { readTreeSize } from '../note/tree-size.ts';
import { checkKeyName } from '../note/vkey.ts';

/** Receipts that were given together: an RFC 6962 tree over their entries. */
export type ReceiptsNote = {
  readonly origin: string;
  /** How many; at least 1. */
  readonly size: number;
  readonly root: Buffer;
};

/** First line of every receipts note, which no checkpoint and no heads note has. */
const TITLE = 'cytoledger/receipts/v1';

/**
 * The text to be signed: `cytoledger/receipts/v1\n<origin>\n<size>\n<base64 root>\n`.
 *
 * @throws AttestError `invalid-receipts-note`, `invalid-hash`, `invalid-vkey` (an origin that could not name a key)
 */
export function receiptsNoteText({ origin, size, root }: ReceiptsNote): string {
  checkKeyName(origin);
  if (!Number.isSafeInteger(size) || size < 1) throw invalid('a size is a whole number from 1 to 2^53−1');
  return `${TITLE}\n${origin}\n${size}\n${base64(checkHash(root))}\n`;
}

/** @throws AttestError `invalid-receipts-note` */
export function readReceiptsNote(text: string): ReceiptsNote {
  const [title, origin, sizeText, rootText, end, ...more] = text.split('\n');
  if (title !== TITLE || origin === undefined || origin === '' || end !== '' || more.length > 0)
    throw invalid(`a receipts note has four lines: ${TITLE}, origin, size and root`);
  const size = readTreeSize(sizeText!);
  if (size === undefined || size < 1) throw invalid('the size is a decimal number from 1 to 2^53−1 without leading zeros');
  const root = fromBase64(rootText!);
  if (root?.length !== 32) throw invalid('the root is the base64 of 32 bytes');
  return { origin, size, root };
}

function invalid(message: string): AttestError {
  return new AttestError('invalid-receipts-note', message);
}
