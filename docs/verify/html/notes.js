import { fromBase64, hex, utf8 } from './bytes.js';
import { signatureHolds } from './ed25519.js';
import { isKeyName, sizeOf } from './policy.js';

/**
 * C2SP signed notes, checkpoints and heads notes.
 *
 * @typedef {{ readonly name: string, readonly id: string, readonly signature: Uint8Array }} NoteLine
 * @typedef {{ readonly text: string, readonly lines: readonly NoteLine[] }} Note
 * @typedef {{ readonly origin: string, readonly size: number, readonly root: Uint8Array }} Checkpoint
 * @typedef {Checkpoint & { readonly mapRoot: Uint8Array }} Heads
 * @typedef {import('./policy.js').PolicyKey} PolicyKey
 * @typedef {{ readonly key: PolicyKey, readonly time: number }} NoteSignature time in seconds, 0 where none is signed
 */

const MOST_SIGNATURES = 100;
const SIGNATURE_LINE = /^\u2014 ([^ ]+) ([^ ]+)$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are not allowed in a note
const NOT_IN_NOTE = /[\u0000-\u0009\u000b-\u001f]/;

/** @param {string} whole @returns {Note | undefined} */
export function readNote(whole) {
  const blank = whole.lastIndexOf('\n\n');
  if (!whole.endsWith('\n') || NOT_IN_NOTE.test(whole) || blank < 1) return undefined;
  const rows = whole.slice(blank + 2, -1).split('\n');
  if (whole.length === blank + 2 || rows.length > MOST_SIGNATURES) return undefined;
  /** @type {NoteLine[]} */
  const lines = [];
  for (const row of rows) {
    const [, name, encoded] = SIGNATURE_LINE.exec(row) ?? [];
    const bytes = encoded === undefined ? undefined : fromBase64(encoded);
    if (bytes === undefined || bytes.length <= 4 || !isKeyName(name)) return undefined;
    lines.push({ name, id: hex(bytes.subarray(0, 4)), signature: bytes.slice(4) });
  }
  return { text: whole.slice(0, blank + 1), lines };
}

/** Of any size from 0. @param {string} text @returns {Checkpoint | undefined} */
export function readCheckpoint(text) {
  const rows = text.split('\n');
  if (rows.length !== 4 || rows[3] !== '') return undefined;
  return readCheckpointRows(rows);
}

/** @param {string} text @returns {Heads | undefined} */
export function readHeads(text) {
  const [title, ...rows] = text.split('\n');
  if (title !== 'cytoledger/heads/v1' || rows.length !== 5 || rows[4] !== '') return undefined;
  const checkpoint = readCheckpointRows(rows);
  const mapRoot = rootOf(rows[3]);
  return checkpoint === undefined || mapRoot === undefined ? undefined : { ...checkpoint, mapRoot };
}

/** @param {readonly string[]} rows @returns {Checkpoint | undefined} */
function readCheckpointRows([origin, sizeText, rootText]) {
  const size = sizeOf(sizeText);
  const root = rootOf(rootText);
  return origin === '' || size === undefined || root === undefined ? undefined : { origin, size, root };
}

/** @param {string} text */
function rootOf(text) {
  const root = fromBase64(text);
  return root?.length === 32 ? root : undefined;
}

/**
 * The signatures of these keys, in their order; undefined where a line bears the name and id of one and does not hold.
 *
 * @param {Note} note
 * @param {readonly PolicyKey[]} keys
 * @returns {NoteSignature[] | undefined}
 */
export function signaturesBy({ text, lines }, keys) {
  /** @type {NoteSignature[]} */
  const signatures = [];
  for (const key of keys) {
    const times = lines.filter(({ name, id }) => name === key.name && id === key.id).map((line) => signedTime(text, line, key));
    if (times.includes(undefined)) return undefined;
    if (times[0] !== undefined) signatures.push({ key, time: times[0] });
  }
  return signatures;
}

/** @param {string} text @param {NoteLine} line @param {PolicyKey} key @returns {number | undefined} undefined if it does not hold */
function signedTime(text, { signature }, { type, key }) {
  if (type === 1) return signatureHolds(key, utf8(text), signature) ? 0 : undefined;
  if (signature.length !== 72) return undefined;
  const view = new DataView(signature.buffer, signature.byteOffset);
  const time = view.getUint32(0) * 2 ** 32 + view.getUint32(4);
  if (!Number.isSafeInteger(time)) return undefined;
  return signatureHolds(key, utf8(`cosignature/v1\ntime ${time}\n${text}`), signature.subarray(8)) ? time : undefined;
}
