import { base64, fromBase64 } from '../base64.ts';
import { AttestError } from '../errors.ts';
import { checkHash } from '../merkle.ts';
import { signaturesOf, type VerifiedNoteSignature, verifyNote } from '../note/note-signatures.ts';
import { keysAt, type Policy } from '../note/policy.ts';
import { readNote } from '../note/signed-note.ts';
import { readTreeSize } from '../note/tree-size.ts';
import { checkKeyName } from '../note/vkey.ts';

/** Which head every stream has in the first `size` entries of a log. */
export type HeadsNote = {
  readonly origin: string;
  readonly size: number;
  /** Root of the main log at that size. */
  readonly mainRoot: Buffer;
  readonly mapRoot: Buffer;
};

/** First line of every heads note, which no checkpoint has with a number after it. */
const TITLE = 'cytoledger/heads/v1';

/**
 * The text to be signed: `cytoledger/heads/v1\n<origin>\n<size>\n<base64 main root>\n<base64 map root>\n`.
 *
 * @throws AttestError `invalid-heads-note`, `invalid-hash`, `invalid-vkey` (an origin that could not name a key)
 */
export function headsNoteText({ origin, size, mainRoot, mapRoot }: HeadsNote): string {
  checkKeyName(origin);
  if (!Number.isSafeInteger(size) || size < 0) throw invalid('a size is a whole number from 0 to 2^53−1');
  return `${TITLE}\n${origin}\n${size}\n${base64(checkHash(mainRoot))}\n${base64(checkHash(mapRoot))}\n`;
}

/** @throws AttestError `invalid-heads-note` */
export function readHeadsNote(text: string): HeadsNote {
  const [title, origin, sizeText, mainText, mapText, end, ...more] = text.split('\n');
  if (title !== TITLE || origin === undefined || origin === '' || end !== '' || more.length > 0)
    throw invalid(`a heads note has five lines: ${TITLE}, origin, size, main root and map root`);
  const size = readTreeSize(sizeText!);
  if (size === undefined) throw invalid('the size is a decimal number without leading zeros, at most 2^53−1');
  const [mainRoot, mapRoot] = [fromBase64(mainText!), fromBase64(mapText!)];
  if (mainRoot?.length !== 32 || mapRoot?.length !== 32) throw invalid('a root is the base64 of 32 bytes');
  return { origin, size, mainRoot, mapRoot };
}

export type VerifiedHeads = {
  readonly heads: HeadsNote;
  /** Of monitors, who replayed the log and came to this map root. */
  readonly cosignatures: readonly VerifiedNoteSignature[];
  /** Whether those are a quorum of the policy. Where not, completeness is asserted by the operator only. */
  readonly monitored: boolean;
};

/**
 * A heads note signed by the log, with keys that count at its size. That its main root is the log's is for the caller to check against a
 * checkpoint of that size.
 *
 * @throws AttestError those of {@link readNote}, {@link readHeadsNote} and {@link verifyNote}; `unexpected-origin`
 */
export function verifyHeadsNote(note: Uint8Array | string, policy: Policy): VerifiedHeads {
  const signed = readNote(note);
  const heads = readHeadsNote(signed.text);
  if (heads.origin !== policy.origin)
    throw new AttestError('unexpected-origin', `the heads note is of another log than ${policy.origin}`);
  verifyNote(signed, keysAt(policy.log, heads.size));
  const cosignatures = signaturesOf(signed, keysAt(policy.monitors, heads.size));
  return { heads, cosignatures, monitored: policy.monitorQuorum > 0 && cosignatures.length >= policy.monitorQuorum };
}

function invalid(message: string): AttestError {
  return new AttestError('invalid-heads-note', message);
}
