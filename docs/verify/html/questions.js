import { hex, sameBytes, textOf } from './bytes.js';
import { readCheckpoint, readHeads, readNote } from './notes.js';
import { check, Refusal } from './refusal.js';
import { checkLogSignature, readReleased } from './released.js';
import { timeOf } from './time.js';

/**
 * What a reader asks beyond what a bundle proves by itself.
 *
 * @typedef {import('./bundle-reading.js').BundleReading} BundleReading
 * @typedef {import('./policy.js').Policy} Policy
 * @typedef {{
 *   readonly size: number, readonly roots: ReadonlyMap<number, Uint8Array>,
 *   readonly streams: ReadonlyMap<string, { readonly leaves: readonly Uint8Array[], readonly indices: readonly number[] }>,
 * }} View what a bundle or a checkpoint says of the log
 */

/** @param {BundleReading} reading @param {number} size @throws Refusal `size-below-minimum` */
export function askMinSize({ latest }, size) {
  check(latest.size >= size, 'size-below-minimum');
}

/** @param {BundleReading} reading @param {string} time @throws Refusal `older-than-asked` */
export function askNotBefore({ latest }, time) {
  const asked = timeOf(time);
  if (asked === undefined) throw new RangeError('not a time');
  check(latest.seen * 1000 >= asked, 'older-than-asked');
}

/**
 * @param {BundleReading} reading
 * @param {Uint8Array} bytes of a checkpoint or heads note
 * @throws Refusal `saved-malformed`, `older-than-saved`, `saved-not-covered`, `split-view`
 */
export function askSaved({ policy, latest, roots, mapRoot }, bytes) {
  const text = textOf(bytes);
  const note = text === undefined ? undefined : readNote(text);
  const heads = note && readHeads(note.text);
  const saved = heads ?? (note && readCheckpoint(note.text));
  check(note !== undefined && saved !== undefined && saved.origin === policy.origin, 'saved-malformed');
  const { size } = saved;
  check(heads !== undefined || size > 0, 'saved-malformed');
  try {
    checkLogSignature(note, policy, size);
  } catch {
    throw new Refusal('saved-malformed');
  }
  check(size <= latest.size, 'older-than-saved');
  const root = roots.get(size);
  check(root !== undefined, 'saved-not-covered');
  check(sameBytes(root, saved.root), 'split-view');
  check(heads === undefined || size < latest.size || sameBytes(heads.mapRoot, mapRoot), 'split-view');
  return { claim: 'saved', size };
}

/** With the streams that are shown to have no entry. @param {BundleReading} reading @returns {View} */
export function viewOf({ latest, roots, streams, proven }) {
  return { size: latest.size, roots, streams: new Map([...proven].map((name) => [name, streams.get(name) ?? NO_ENTRIES])) };
}

const NO_ENTRIES = { leaves: [], indices: [] };

/** Of a checkpoint that was got elsewhere. @param {Uint8Array} bytes @param {Policy} policy @returns {View} */
export function viewOfCheckpoint(bytes, policy) {
  const text = textOf(bytes);
  check(text !== undefined, 'note-malformed');
  const { size, root } = readReleased(text, policy, 0);
  return { size, roots: new Map([[size, root]]), streams: new Map() };
}

/** Whether a file is taken for a bundle, not for a note. @param {Uint8Array} start */
export function isBundle(start) {
  return start[0] === 0x7b;
}

/** @param {View} one @param {View} other @throws Refusal `split-view`, `compare-not-covered` */
export function askCompared(one, other) {
  let sizes = 0;
  for (const [size, root] of one.roots) {
    const again = other.roots.get(size);
    if (again === undefined) continue;
    check(sameBytes(root, again), 'split-view');
    sizes++;
  }
  const leaves = leavesByIndex(one);
  for (const [index, leaf] of leavesByIndex(other)) check((leaves.get(index) ?? leaf) === leaf, 'split-view');
  const upTo = Math.min(one.size, other.size);
  let streams = 0;
  for (const [name, stream] of one.streams) {
    const again = other.streams.get(name);
    if (again === undefined) continue;
    check(historyOf(stream, upTo) === historyOf(again, upTo), 'split-view');
    streams++;
  }
  check(sizes > 0 || streams > 0, 'compare-not-covered');
  return { claim: 'compared', size: other.size, sizes, streams };
}

/** @param {View} view */
function leavesByIndex({ streams }) {
  /** @type {Map<number, string>} */
  const byIndex = new Map();
  for (const { leaves, indices } of streams.values())
    for (let i = 0; i < indices.length; i++) byIndex.set(indices[i], hex(leaves[i]));
  return byIndex;
}

/** @param {{ readonly leaves: readonly Uint8Array[], readonly indices: readonly number[] }} stream @param {number} upTo */
function historyOf({ leaves, indices }, upTo) {
  return indices.flatMap((index, i) => (index < upTo ? [`${index} ${hex(leaves[i])}`] : [])).join();
}
