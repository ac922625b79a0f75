import { sha256Into } from '../node-crypto.ts';

const HASH = 32;

/** The RFC 6962 §2.1 tree over a group of entries, each node hashed and written as text once: this is done for every event that is captured. */
export type GroupTree = {
  readonly root: Buffer;
  /** For each entry its RFC 9162 inclusion path, from the sibling upwards, in unpadded base64url. */
  readonly paths: readonly (readonly string[])[];
};

/** @param entries at least one */
export function groupTree(entries: readonly string[]): GroupTree {
  const paths: string[][] = entries.map(() => []);
  let level = Buffer.allocUnsafe(entries.length * HASH);
  // The leaf prefix is a character of the text that is hashed.
  entries.forEach((entry, n) => {
    sha256Into(`\0${entry}`, level, n * HASH);
  });
  const node = Buffer.allocUnsafe(1 + 2 * HASH);
  node[0] = 1;
  for (let width = entries.length, span = 1; width > 1; width = Math.ceil(width / 2), span *= 2) {
    const above = Buffer.allocUnsafe(Math.ceil(width / 2) * HASH);
    for (let left = 0; left + 1 < width; left += 2) {
      level.copy(node, 1, left * HASH, (left + 2) * HASH);
      sha256Into(node, above, (left / 2) * HASH);
      const [leftText, rightText] = [node.toString('base64url', 1, 1 + HASH), node.toString('base64url', 1 + HASH)];
      const middle = (left + 1) * span;
      const end = Math.min(middle + span, paths.length);
      for (let n = left * span; n < middle; n++) paths[n]!.push(rightText);
      for (let n = middle; n < end; n++) paths[n]!.push(leftText);
    }
    // A node without a sibling rises as it is.
    if (width % 2 === 1) level.copy(above, above.length - HASH, (width - 1) * HASH, width * HASH);
    level = above;
  }
  return { root: level, paths };
}
