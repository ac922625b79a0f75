import { SIGNATURE_LENGTH, signatureHolds } from '../ed25519-signature.ts';
import { AttestError } from '../errors.ts';
import { loadPrivateKey, loadPublicKey, type PrivateJwk, publicJwkOf } from '../keys.ts';
import { type KeyObject, publicHalf, signEd25519 } from '../node-crypto.ts';
import { checkNoteText, type NoteSignature, type SignedNote } from './signed-note.ts';
import { COSIGNATURE, ED25519, type Vkey, vkeyOf } from './vkey.ts';

export type NoteSigner = { readonly name: string; readonly privateKey: PrivateJwk | KeyObject };

/** A signature that holds, and by which of the keys that were asked for. */
export type VerifiedNoteSignature = {
  readonly key: Vkey;
  /** Seconds since the epoch by the cosigner's clock; a plain signature says no time. */
  readonly timestamp?: number;
};

const TIMESTAMP_LENGTH = 8;

/**
 * A plain Ed25519 signature (type 01) over the text.
 *
 * @throws AttestError `invalid-note`, `invalid-vkey` (name), `invalid-key`
 */
export function signNote(text: string, { name, privateKey }: NoteSigner): NoteSignature {
  checkNoteText(text);
  const { key } = loadPrivateKey(privateKey);
  const { id } = vkeyOf(name, publicJwkOf(publicHalf(key)), ED25519);
  return { name, id, signature: signEd25519(Buffer.from(text, 'utf8'), key) };
}

/**
 * A timestamped cosignature over the text (C2SP tlog-cosignature v1, type 04). The signed bytes do not hold the name, so a key serves one
 * cosigner and one meaning.
 *
 * @param timestamp whole seconds since the epoch
 * @throws AttestError `invalid-note`, `invalid-timestamp`, `invalid-vkey` (name), `invalid-key`
 */
export function cosignNote(text: string, { name, privateKey }: NoteSigner, timestamp: number): NoteSignature {
  checkNoteText(text);
  if (!Number.isSafeInteger(timestamp) || timestamp < 0)
    throw new AttestError('invalid-timestamp', 'a cosignature tells whole seconds since the epoch');
  const { key } = loadPrivateKey(privateKey);
  const { id } = vkeyOf(name, publicJwkOf(publicHalf(key)), COSIGNATURE);
  const stamped = Buffer.alloc(TIMESTAMP_LENGTH);
  stamped.writeBigUInt64BE(BigInt(timestamp));
  return { name, id, signature: Buffer.concat([stamped, signEd25519(cosigned(text, timestamp), key)]) };
}

/**
 * The signatures of those keys that the note carries, in the order of `keys`; lines of other keys are passed over, and every line of one of
 * these must hold.
 *
 * @throws AttestError `signature-mismatch` where one of these keys did not make what bears its name and id
 */
export function signaturesOf({ text, signatures }: SignedNote, keys: readonly Vkey[]): VerifiedNoteSignature[] {
  return keys.flatMap((key) => {
    const lines = signatures.filter(({ name, id }) => name === key.name && id === key.id);
    return lines.map((line) => heldBy(text, line, key)).slice(0, 1);
  });
}

/**
 * As {@link signaturesOf}, of which there must be one.
 *
 * @throws AttestError `signature-mismatch`, `no-trusted-signature`
 */
export function verifyNote(note: SignedNote, keys: readonly Vkey[]): VerifiedNoteSignature[] {
  const verified = signaturesOf(note, keys);
  if (verified.length === 0)
    throw new AttestError('no-trusted-signature', 'the note bears no signature of a key that is trusted here');
  return verified;
}

function heldBy(text: string, { signature }: NoteSignature, key: Vkey): VerifiedNoteSignature {
  const { key: publicKey } = loadPublicKey(key.publicJwk);
  const mismatch = () => new AttestError('signature-mismatch', `the signature of ${key.name} does not hold`);
  if (key.type === ED25519) {
    if (!signatureHolds(Buffer.from(text, 'utf8'), publicKey, signature)) throw mismatch();
    return { key };
  }
  if (signature.length !== TIMESTAMP_LENGTH + SIGNATURE_LENGTH) throw mismatch();
  const timestamp = Number(signature.readBigUInt64BE());
  if (
    !Number.isSafeInteger(timestamp) ||
    !signatureHolds(cosigned(text, timestamp), publicKey, signature.subarray(TIMESTAMP_LENGTH))
  )
    throw mismatch();
  return { key, timestamp };
}

function cosigned(text: string, timestamp: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${timestamp}\n${text}`, 'utf8');
}
