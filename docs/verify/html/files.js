import { Verification } from './verification.js';

/**
 * What the reader brought. A file is read piece by piece and never held whole.
 *
 * @typedef {{
 *   readonly policy: Uint8Array, readonly bundle: Blob, readonly compare?: Blob, readonly questions: import('./verification.js').Questions,
 * }} Request
 * @typedef {{ readonly report: import('./verification.js').Report, readonly ofOther: boolean }} Outcome whether code and line are of the other file
 */

const PIECE = 2 ** 18;

/**
 * @param {Request} request
 * @param {(done: number, total: number) => void} progress in bytes
 * @returns {Promise<Outcome>}
 */
export async function verifyFiles({ policy, bundle, compare, questions }, progress) {
  const total = bundle.size + (compare?.size ?? 0);
  const verification = new Verification(policy, questions);
  await feed(
    bundle,
    (piece) => verification.push(piece),
    (done) => progress(done, total),
  );
  if (compare !== undefined && !verification.hasFailed) {
    await feed(
      compare,
      (piece) => verification.pushOther(piece),
      (done) => progress(bundle.size + done, total),
    );
  }
  const report = verification.finish(compare !== undefined);
  return { report, ofOther: verification.refusedOther };
}

/** @param {Blob} file @param {(piece: Uint8Array) => boolean} take whether to go on @param {(done: number) => void} progress */
async function feed(file, take, progress) {
  for (let at = 0; at < file.size; at += PIECE) {
    const piece = new Uint8Array(await bytesOf(file.slice(at, at + PIECE)));
    if (!take(piece)) return;
    progress(Math.min(at + PIECE, file.size));
  }
}

/** @param {Blob} blob @returns {Promise<ArrayBuffer>} */
export function bytesOf(blob) {
  return blob.arrayBuffer();
}
