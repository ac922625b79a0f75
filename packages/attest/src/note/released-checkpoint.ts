import { AttestError } from '../errors.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { signaturesOf, type VerifiedNoteSignature, verifyNote } from './note-signatures.ts';
import { keysAt, type Policy } from './policy.ts';
import { readNote, type SignedNote } from './signed-note.ts';

export type ReleasedCheckpoint = {
  readonly checkpoint: Checkpoint;
  /** The cosignatures that count, at least a quorum, each with its time. */
  readonly cosignatures: readonly VerifiedNoteSignature[];
};

/**
 * A checkpoint that the log signed.
 *
 * @throws AttestError those of {@link readNote}, {@link readCheckpoint} and {@link verifyNote}; `unexpected-origin`
 */
export function verifySignedCheckpoint(note: Uint8Array | string, policy: Policy): Checkpoint {
  return signedCheckpoint(readNote(note), policy);
}

/**
 * A checkpoint that counts: signed by the log and cosigned by a quorum of the policy, all with keys that count at its size.
 *
 * @throws AttestError as {@link verifySignedCheckpoint}, and `quorum-not-met`
 */
export function verifyReleasedCheckpoint(note: Uint8Array | string, policy: Policy): ReleasedCheckpoint {
  const signed = readNote(note);
  const checkpoint = signedCheckpoint(signed, policy);
  const counted = keysAt(policy.witnesses, checkpoint.size).filter(({ ofOperator }) => !ofOperator);
  const cosignatures = signaturesOf(signed, counted);
  if (cosignatures.length < policy.quorum)
    throw new AttestError(
      'quorum-not-met',
      `${cosignatures.length} witnesses have cosigned; the policy asks for ${policy.quorum}`,
    );
  return { checkpoint, cosignatures };
}

function signedCheckpoint(signed: SignedNote, policy: Policy): Checkpoint {
  const checkpoint = readCheckpoint(signed.text);
  if (checkpoint.origin !== policy.origin)
    throw new AttestError('unexpected-origin', `the checkpoint is of another log than ${policy.origin}`);
  verifyNote(signed, keysAt(policy.log, checkpoint.size));
  return checkpoint;
}
