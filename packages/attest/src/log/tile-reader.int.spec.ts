import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTileLog, openTileReader, type TileLog, type TileReader } from '../disk.ts';
import { merkleLeaf, merkleRoot, readTilePath, tilesOf } from '../index.ts';

const SIZE = 70_000;
const leaves = Array.from({ length: SIZE }, (_, i) => merkleLeaf(Buffer.from(`entry ${i}`)));

let folder: string;
let log: TileLog;
let reader: TileReader;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-reader-'));
  log = await openTileLog({ folder });
  reader = openTileReader({ folder });
  log.append(leaves);
  await log.flush();
});
afterAll(async () => {
  reader.close();
  await log.close();
  await rm(folder, { recursive: true });
});

const sizes = fc.integer({ min: 1, max: SIZE });

describe('a reader beside the log', () => {
  it('makes the proofs and roots that the log makes, of every size', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, a, b) => {
        const [index, smaller] = [a % size, (b % size) + 1];
        expect(reader.root(size)).toEqual(log.root(size));
        expect(reader.inclusion(index, size)).toEqual(log.inclusion(index, size));
        expect(reader.consistency(smaller, size)).toEqual(log.consistency(smaller, size));
      }),
      { numRuns: 300 },
    );
  });

  it('makes them too when it was asked for a smaller size before: what it remembers is of whole blocks only', async () => {
    const fresh = openTileReader({ folder });
    for (const size of [1, 17, 4097, 65_535, 65_536, 65_537, SIZE]) {
      expect(fresh.root(size)).toEqual(merkleRoot(leaves.slice(0, size)));
      expect(fresh.inclusion(0, size)).toEqual(log.inclusion(0, size));
    }
    fresh.close();
  });

  it('has the tiles of the size that it is told, and no others', () => {
    for (const size of [1, 255, 256, 257, 65_536, SIZE]) {
      for (const tile of tilesOf(size).filter(({ level }) => level !== 'entries'))
        expect(reader.tile(tile, size)).toEqual(log.tile(tile));
    }
    expect(reader.tile(readTilePath('tile/0/000'), 255)).toBeUndefined();
    expect(reader.tile(readTilePath('tile/1/000.p/2'), 511)).toBeUndefined();
    expect(reader.tile(readTilePath('tile/63/000'), SIZE)).toBeUndefined();
    expect(reader.tile(readTilePath('tile/entries/000'), SIZE)).toBeUndefined();
  });

  it('says so where a file is shorter than the size that it was told', () => {
    expect(() => reader.leaves(SIZE - 1, 2)).toThrow(expect.objectContaining({ code: 'log-too-short' }));
    expect(() => reader.root(SIZE + 1)).toThrow(expect.objectContaining({ code: 'log-too-short' }));
  });
});
