import { existsSync } from 'node:fs';
import { type Checkpoint, EMPTY_ROOT, merkleNode } from '@cytoledger/attest';
import { attestationFiles, HASH_LENGTH } from '@cytoledger/attest/disk';
import type { EventStore } from '@cytoledger/event-store';
import { RecordFile } from './attested/record-file.ts';
import { EventCheck } from './event-check.ts';
import { packEvents, readPlainly } from './plain-page.ts';

export type SurvivingPrefix = {
  readonly size: number;
  readonly root: Buffer;
  /** `hashes`: each entry is the one whose hash was attested. `checkpoints`: only as far as a known checkpoint confirms it. */
  readonly by: 'hashes' | 'checkpoints';
};

/**
 * How many of the entries of a released checkpoint are still in a store, unaltered: up to the first that is missing or another. With hashes that
 * lead to its root that is told entry by entry; without them only the sizes of other released checkpoints can be confirmed.
 */
export async function survivingPrefix(
  store: EventStore,
  { folder, known, last }: { folder: string; known: readonly Checkpoint[]; last: Checkpoint },
): Promise<SurvivingPrefix> {
  const path = attestationFiles(folder).step(0);
  const hashes = existsSync(path) ? new RecordFile(path, HASH_LENGTH) : undefined;
  try {
    return await walk(store, hashes && leadTo(last, hashes) ? hashes : undefined, known, last.size);
  } finally {
    hashes?.close();
  }
}

function leadTo({ size, root }: Checkpoint, hashes: RecordFile): boolean {
  const frontier = new Frontier();
  for (let index = 0; index < size; index++) {
    const hash = hashes.at(index);
    if (!hash) return false;
    frontier.add(Buffer.from(hash));
  }
  return frontier.root().equals(root);
}

async function walk(
  store: EventStore,
  hashes: RecordFile | undefined,
  known: readonly Checkpoint[],
  below: number,
): Promise<SurvivingPrefix> {
  const frontier = new Frontier();
  let isSound = true;
  const check = new EventCheck(() => {
    isSound = false;
  });
  let confirmed = { size: 0, root: EMPTY_ROOT };
  for await (const page of store.readAll()) {
    const read = readPlainly(packEvents(page));
    for (const [n, event] of page.entries()) {
      check.take(event, read, n);
      const leaf = Buffer.from(read.leaves.subarray(HASH_LENGTH * n, HASH_LENGTH * (n + 1)));
      if (!isSound || frontier.size === below || (hashes && !hashes.at(frontier.size)?.equals(leaf)))
        return hashes ? { size: frontier.size, root: frontier.root(), by: 'hashes' } : { ...confirmed, by: 'checkpoints' };
      frontier.add(leaf);
      const checkpoint = known.find(({ size }) => size === frontier.size);
      if (checkpoint?.root.equals(frontier.root())) confirmed = { size: frontier.size, root: checkpoint.root };
    }
  }
  return hashes ? { size: frontier.size, root: frontier.root(), by: 'hashes' } : { ...confirmed, by: 'checkpoints' };
}

/** RFC 6962 §2.1 root of a log that grows. */
class Frontier {
  /** Complete subtrees, the largest first. */
  readonly #subtrees: { readonly height: number; readonly hash: Buffer }[] = [];
  size = 0;

  add(leaf: Buffer): void {
    let node = { height: 0, hash: leaf };
    while (this.#subtrees.at(-1)?.height === node.height)
      node = { height: node.height + 1, hash: merkleNode(this.#subtrees.pop()!.hash, node.hash) };
    this.#subtrees.push(node);
    this.size++;
  }

  root(): Buffer {
    if (this.#subtrees.length === 0) return EMPTY_ROOT;
    return this.#subtrees.map(({ hash }) => hash).reduceRight((right, left) => merkleNode(left, right));
  }
}
