import { readCheckpoint, readNote, signaturesBy } from './notes.js';
import { countedWitnesses, countingAt, toleratedAt } from './policy.js';
import { check } from './refusal.js';

/**
 * A checkpoint that a quorum has seen, and when.
 *
 * @typedef {{
 *   readonly size: number, readonly root: Uint8Array, readonly tolerated: number, readonly witnesses: readonly string[],
 *   readonly earliest: number, readonly surelySeenBy: number, readonly seen: number,
 * }} Released
 */

/**
 * Checks 3 to 8 of a checkpoint.
 *
 * @param {string} text of the note
 * @param {import('./policy.js').Policy} policy
 * @param {number} above the size of the line before
 * @returns {Released}
 */
export function readReleased(text, policy, above) {
  const note = readNote(text);
  const checkpoint = note && readCheckpoint(note.text);
  check(note !== undefined && checkpoint !== undefined && checkpoint.size > 0, 'note-malformed');
  const { origin, size, root } = checkpoint;
  check(origin === policy.origin, 'origin-mismatch');
  check(size > above, 'checkpoint-order');
  checkLogSignature(note, policy, size);
  const cosignatures = signaturesBy(note, countedWitnesses(policy.witnesses, size));
  check(cosignatures !== undefined, 'cosignature-invalid');
  check(cosignatures.length >= policy.quorum, 'quorum-not-met');
  const times = cosignatures.map(({ time }) => time).sort((a, b) => a - b);
  const tolerated = toleratedAt(policy, size);
  return {
    size,
    root,
    tolerated,
    witnesses: cosignatures.map(({ key }) => key.name),
    earliest: times[0],
    surelySeenBy: times[tolerated],
    seen: times[times.length - 1 - tolerated],
  };
}

/** @param {import('./notes.js').Note} note @param {import('./policy.js').Policy} policy @param {number} size */
export function checkLogSignature(note, policy, size) {
  const signatures = signaturesBy(note, countingAt(policy.log, size));
  check(signatures !== undefined && signatures.length > 0, 'log-signature-invalid');
}
