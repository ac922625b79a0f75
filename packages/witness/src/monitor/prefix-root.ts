import { type Checkpoint, inclusionFrom, merkleNode, type NodeAt, rootFromInclusion, TILE_WIDTH } from '@cytoledger/attest';
import type { LogClient } from './log-client.ts';

const TILE_HEIGHT = 8;
const HASH_LENGTH = 32;
const NOTHING = Buffer.alloc(HASH_LENGTH);

/**
 * The root that the first `size` entries of a checkpoint's tree have, by the log's hash tiles, which are proved against the checkpoint. The
 * path of the last of these entries holds both: what stands left of it makes the smaller root.
 *
 * @param size at least 1, at most the checkpoint's
 * @returns undefined where the tiles do not lead to the checkpoint's root
 * @throws WitnessError
 */
export async function prefixRoot(
  client: LogClient,
  { size: whole, root }: Checkpoint,
  size: number,
): Promise<Buffer | undefined> {
  if (size === whole) return root;
  const needed = new Map<string, { height: number; index: number }>();
  const note: NodeAt = (height, index) => {
    needed.set(`${height}/${index}`, { height, index });
    return NOTHING;
  };
  note(0, size - 1);
  inclusionFrom(note, size - 1, whole);
  const tiles = new Map<string, Promise<Buffer>>();
  const tileOf = (level: number, index: number): Promise<Buffer> => {
    const width = Math.min(TILE_WIDTH, Math.floor(whole / TILE_WIDTH ** level) - index * TILE_WIDTH);
    const known = tiles.get(`${level}/${index}`) ?? client.tile(level, index, width);
    tiles.set(`${level}/${index}`, known);
    return known;
  };
  const nodes = new Map<string, Buffer>();
  for (const [key, { height, index }] of needed) nodes.set(key, await nodeOf(tileOf, height, index));
  const nodeAt: NodeAt = (height, index) => nodes.get(`${height}/${index}`)!;
  const leafHash = nodeAt(0, size - 1);
  const at = { index: size - 1, leafHash };
  if (!rootFromInclusion({ ...at, size: whole, path: inclusionFrom(nodeAt, size - 1, whole) }).equals(root)) return undefined;
  return rootFromInclusion({ ...at, size, path: inclusionFrom(nodeAt, size - 1, size) });
}

/** A node over complete subtrees, folded from the hashes of the tile below it. */
async function nodeOf(tileOf: (level: number, index: number) => Promise<Buffer>, height: number, index: number): Promise<Buffer> {
  const count = 2 ** (height % TILE_HEIGHT);
  const first = index * count;
  const bytes = await tileOf(Math.floor(height / TILE_HEIGHT), Math.floor(first / TILE_WIDTH));
  const start = (first % TILE_WIDTH) * HASH_LENGTH;
  let nodes = Array.from({ length: count }, (_, i) => bytes.subarray(start + i * HASH_LENGTH, start + (i + 1) * HASH_LENGTH));
  while (nodes.length > 1)
    nodes = Array.from({ length: nodes.length / 2 }, (_, i) => merkleNode(nodes[2 * i]!, nodes[2 * i + 1]!));
  return nodes[0]!;
}
