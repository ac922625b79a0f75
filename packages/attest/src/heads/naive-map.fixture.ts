import { type Head, headValue, sha256, streamKey } from '../index.ts';

/** The definition of the heads map's hash, word for word; in memory, all of it each time. */
export function naiveRoot(heads: ReadonlyMap<string, Head>): Buffer {
  return subtree(
    [...heads].map(([stream, head]) => ({ key: streamKey(stream), value: headValue(head) })),
    0,
  );
}

type Entry = { readonly key: Buffer; readonly value: Buffer };

export function subtree(entries: readonly Entry[], depth: number): Buffer {
  const [first, ...more] = entries;
  if (first === undefined) return Buffer.alloc(32);
  if (more.length === 0) return alone(first, Math.min(12, Math.floor(depth / 4)));
  const side = (bit: number) => entries.filter(({ key }) => ((key[depth >> 3]! >> (7 - (depth % 8))) & 1) === bit);
  return sha256(Buffer.concat([Buffer.of(1), subtree(side(0), depth + 1), subtree(side(1), depth + 1)]));
}

function alone({ key, value }: Entry, rung: number): Buffer {
  if (rung === 12) return sha256(Buffer.concat([Buffer.of(2), key, value]));
  const half = Number.parseInt(key.toString('hex')[rung]!, 16);
  return sha256(Buffer.concat([Buffer.of(3, half), alone({ key, value }, rung + 1)]));
}
