import { base64, fromBase64 } from '../base64.ts';
import { AttestError } from '../errors.ts';
import { utf8Text } from '../node-crypto.ts';
import { checkKeyName } from './vkey.ts';

/** One signature line. What the bytes after the id mean depends on the key's type. */
export type NoteSignature = {
  readonly name: string;
  /** 32 bits in hex. */
  readonly id: string;
  readonly signature: Buffer;
};

/** A text and who signed it (C2SP signed-note v1). Reading one verifies nothing. */
export type SignedNote = {
  /** With its last newline, without the blank line that follows it. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
};

const MAX_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;
const ID_LENGTH = 4;
/** Em dash, U+2014, and a space. */
const SIGNATURE_PREFIX = '\u2014 ';
// biome-ignore lint/suspicious/noControlCharactersInRegex: the specification forbids exactly these
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

/**
 * Splits a note at its last blank line; blank lines before it belong to the text.
 *
 * @throws AttestError `invalid-note`: not UTF-8, control characters, no blank line, a line after it that is no signature, or more than
 *   1 MB or 100 signatures
 */
export function readNote(note: Uint8Array | string): SignedNote {
  const whole = wholeText(note);
  const blank = whole.lastIndexOf('\n\n');
  if (blank < 1) throw new AttestError('invalid-note', 'a note has a text, and a blank line between it and its signatures');
  const lines = whole.slice(blank + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0)
    throw new AttestError('invalid-note', 'signature lines follow the blank line, each with a newline');
  if (lines.length > MAX_SIGNATURES)
    throw new AttestError('invalid-note', `a note has at most ${MAX_SIGNATURES} signatures, not ${lines.length}`);
  return { text: whole.slice(0, blank + 1), signatures: lines.map(readSignature) };
}

/** @throws AttestError `invalid-note` for a text that {@link readNote} would not give back, or no signature; `invalid-vkey` for a name */
export function formatNote({ text, signatures }: SignedNote): string {
  checkNoteText(text);
  if (signatures.length === 0) throw new AttestError('invalid-note', 'a note has a signature');
  const lines = signatures.map(({ name, id, signature }) => {
    checkKeyName(name);
    return `${SIGNATURE_PREFIX}${name} ${base64(Buffer.concat([Buffer.from(id, 'hex'), signature]))}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/** @throws AttestError `invalid-note` unless well-formed, ending in a newline and without control characters */
export function checkNoteText(text: string): void {
  if (!text.endsWith('\n') || text === '\n' || !text.isWellFormed() || CONTROL.test(text))
    throw new AttestError('invalid-note', 'the text of a note ends in a newline and has no other control characters');
}

function wholeText(note: Uint8Array | string): string {
  if (note.length > MAX_BYTES) throw new AttestError('invalid-note', `a note has at most ${MAX_BYTES} bytes`);
  const text = typeof note === 'string' ? note : utf8Text(note);
  if (text === undefined) throw new AttestError('invalid-note', 'a note is UTF-8');
  checkNoteText(text);
  return text;
}

function readSignature(line: string): NoteSignature {
  const [dash, name, encoded, ...more] = line.split(' ');
  const bytes = encoded === undefined ? undefined : fromBase64(encoded);
  if (dash !== SIGNATURE_PREFIX[0] || name === undefined || more.length > 0 || bytes === undefined || bytes.length <= ID_LENGTH)
    throw new AttestError('invalid-note', 'a signature line is an em dash, a key name and the base64 of key id and signature');
  checkName(name);
  return { name, id: bytes.subarray(0, ID_LENGTH).toString('hex'), signature: bytes.subarray(ID_LENGTH) };
}

function checkName(name: string): void {
  try {
    checkKeyName(name);
  } catch (cause) {
    throw new AttestError('invalid-note', 'a signature line has no valid key name', {}, { cause });
  }
}
