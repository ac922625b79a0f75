import { mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTileLog, type TileLog } from '../disk.ts';
import {
  EMPTY_ROOT,
  inclusionPath,
  merkleLeaf,
  merkleNode,
  merkleRoot,
  readTilePath,
  sha256,
  tilePath,
  tilesOf,
  verifyConsistency,
  verifyInclusion,
} from '../index.ts';

const refused = (code: string) => expect.objectContaining({ code });
const leaves = Array.from({ length: 70_000 }, (_, i) => merkleLeaf(Buffer.from(`entry ${i}`)));

let folder: string;
const opened: TileLog[] = [];
async function openLog(signedSize?: number): Promise<TileLog> {
  const signed = signedSize === undefined ? {} : { signed: { size: signedSize, root: merkleRoot(leaves.slice(0, signedSize)) } };
  const log = await openTileLog({ folder, ...signed });
  opened.push(log);
  return log;
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-tiles-'));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close().catch(() => undefined)));
  await rm(folder, { recursive: true, force: true });
});

async function logOf(size: number): Promise<TileLog> {
  const log = await openLog();
  log.append(leaves.slice(0, size));
  await log.flush();
  return log;
}

describe('a log on disk', () => {
  it('is empty at first, with the empty root', async () => {
    const log = await openLog();
    expect([log.size, log.flushedSize]).toEqual([0, 0]);
    expect(log.root()).toEqual(EMPTY_ROOT);
  });

  it('has the defined root at every size, however it was appended, flushed or not', async () => {
    const log = await openLog();
    let flushed = 0;
    for (const [at, step] of [1, 14, 1, 1, 238, 1, 0, 300, 3_541, 2].entries()) {
      expect(log.append(leaves.slice(log.size, log.size + step))).toBe(log.size - step);
      expect(log.root()).toEqual(merkleRoot(leaves.slice(0, log.size)));
      if (at % 2 === 1) flushed = await log.flush();
      expect(log.flushedSize).toBe(flushed);
    }
    for (let size = 0; size <= 600; size++) expect(log.root(size)).toEqual(merkleRoot(leaves.slice(0, size)));
    expect(log.leaf(4_000)).toEqual(leaves[4_000]);
  });

  it('proves inclusion and consistency of any leaf and sizes, from files and memory alike', async () => {
    const log = await logOf(5_000);
    log.append(leaves.slice(5_000, 6_000));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6_000 }), fc.nat(), fc.nat(), async (size, pick, cut) => {
        const index = pick % size;
        const [first, root] = [(cut % size) + 1, merkleRoot(leaves.slice(0, size))];
        expect(log.inclusion(index, size)).toEqual(inclusionPath(index, leaves.slice(0, size)));
        verifyInclusion({ index, size, leafHash: leaves[index]!, path: log.inclusion(index, size), root });
        const root1 = merkleRoot(leaves.slice(0, first));
        verifyConsistency({ size1: first, root1, size2: size, root2: root, path: log.consistency(first, size) });
      }),
      { numRuns: 40 },
    );
  });

  it('serves every tile as the specification defines it, and none that it cannot fill', async () => {
    const log = await logOf(70_000);
    const rootsOf = (level: Buffer[]) =>
      Array.from({ length: Math.floor(level.length / 256) }, (_, i) => merkleRoot(level.slice(i * 256, (i + 1) * 256)));
    const levels = [leaves, rootsOf(leaves)];
    levels.push(rootsOf(levels[1]!));
    for (const tile of tilesOf(70_000)) {
      const { level, index, width } = readTilePath(tilePath(tile));
      if (level === 'entries') continue;
      expect(log.tile(tile)).toEqual(Buffer.concat(levels[level]!.slice(index * 256, index * 256 + width)));
    }
    expect(log.tile({ level: 0, index: 273, width: 113 })).toBeUndefined();
    expect(log.tile({ level: 2, index: 0, width: 2 })).toBeUndefined();
    expect(log.tile({ level: 63, index: 0, width: 1 })).toBeUndefined();
    expect(log.tile({ level: 'entries', index: 0, width: 1 })).toBeUndefined();
  });

  it('goes on after a restart where it was signed, as if it had never stopped', async () => {
    await (await logOf(4_321)).close();
    const again = await openLog(4_321);
    again.append(leaves.slice(4_321, 9_000));
    await again.flush();
    expect(again.root()).toEqual(merkleRoot(leaves.slice(0, 9_000)));
  });

  it('forgets what was never flushed', async () => {
    const log = await logOf(20);
    log.append(leaves.slice(20, 40));
    await log.close();
    expect((await openLog(20)).size).toBe(20);
  });

  it('is cut back to the signed size on opening, and other leaves can follow', async () => {
    for (const signed of [4_097, 4_096, 300, 256, 17, 16, 1, 0]) {
      await (await logOf(5_000)).close();
      const log = await openLog(signed);
      expect(log.size).toBe(signed);
      const others = Array.from({ length: 700 }, (_, i) => sha256(`other ${i}`));
      log.append(others);
      expect(log.root()).toEqual(merkleRoot([...leaves.slice(0, signed), ...others]));
      await log.flush();
      expect(log.inclusion(signed + 5, log.size)).toEqual(inclusionPath(signed + 5, [...leaves.slice(0, signed), ...others]));
      await log.close();
      await rm(folder, { recursive: true });
    }
  });

  it('is cut back while it is open, also through what was not flushed', async () => {
    const log = await logOf(1_000);
    log.append(leaves.slice(1_000, 2_000));
    await log.cutBack(1_500);
    expect(log.root()).toEqual(merkleRoot(leaves.slice(0, 1_500)));
    await log.cutBack(600);
    expect([log.size, log.flushedSize]).toEqual([600, 600]);
    expect(log.root()).toEqual(merkleRoot(leaves.slice(0, 600)));
    for (const size of [-1, 0.5]) await expect(log.cutBack(size)).rejects.toThrow(refused('invalid-tree-size'));
    await expect(log.cutBack(601)).rejects.toThrow(refused('log-too-short'));
  });

  it('bears a torn end: bytes of half a hash, and upper files longer or shorter than the leaves', async () => {
    await (await logOf(5_000)).close();
    await writeFile(join(folder, 'height-00'), Buffer.alloc(45, 1), { flag: 'a' });
    await writeFile(join(folder, 'height-04'), Buffer.alloc(32 * 3, 1), { flag: 'a' });
    await truncate(join(folder, 'height-08'), 32 * 17);
    const log = await openLog(4_400);
    log.append(leaves.slice(4_400, 5_500));
    expect(log.root()).toEqual(merkleRoot(leaves.slice(0, 5_500)));
  });

  it('is refused where it holds less than was signed, or something else', async () => {
    await (await logOf(5_000)).close();
    await expect(openLog(5_001)).rejects.toThrow(refused('log-too-short'));
    await expect(openTileLog({ folder, signed: { size: 5_000, root: merkleNode(leaves[0]!, leaves[1]!) } })).rejects.toThrow(
      refused('log-damaged'),
    );
    await truncate(join(folder, 'height-08'), 32 * 18);
    await expect(openLog(5_000)).rejects.toThrow(refused('log-damaged'));
  });

  it('adds nothing where one hash is not 32 bytes, and proves nothing beyond its size', async () => {
    const log = await logOf(3);
    expect(() => log.append([leaves[3]!, Buffer.alloc(31)])).toThrow(refused('invalid-hash'));
    expect(log.size).toBe(3);
    expect(() => log.root(4)).toThrow(refused('invalid-tree-size'));
    expect(() => log.inclusion(0, 4)).toThrow(refused('invalid-tree-size'));
    expect(() => log.inclusion(3, 3)).toThrow(refused('index-out-of-range'));
    expect(() => log.leaf(3)).toThrow(refused('index-out-of-range'));
    expect(() => log.consistency(0, 3)).toThrow(refused('invalid-tree-size'));
  });

  it('only ever appends to its files, and flushes what was there when it was asked', async () => {
    const log = await logOf(1_000);
    const before = await readFile(join(folder, 'height-00'));
    log.append(leaves.slice(1_000, 1_010));
    const flushing = log.flush();
    log.append(leaves.slice(1_010, 1_020));
    expect(log.root()).toEqual(merkleRoot(leaves.slice(0, 1_020)));
    const flushed = await flushing;
    expect(flushed).toBeGreaterThanOrEqual(1_010);
    const after = await readFile(join(folder, 'height-00'));
    expect(after.length).toBe(flushed * 32);
    expect(after.subarray(0, before.length)).toEqual(before);
    expect(await log.flush()).toBe(1_020);
    expect((await stat(join(folder, 'height-00'))).size).toBe(1_020 * 32);
    expect((await readdir(folder)).every((name) => /^height-\d\d$/.test(name))).toBe(true);
  });
});

describe('a file of hashes whose disk fails', () => {
  it('keeps in memory what it could not write, and writes it the next time', async () => {
    const { RecordFile } = await import('./record-file.ts');
    const path = join(folder, 'hashes');
    const file = await RecordFile.open(path, 32);
    const probe = await open(path);
    const prototype = Object.getPrototypeOf(probe) as { datasync: () => Promise<void> };
    const { datasync } = prototype;
    file.add(leaves[0]!);
    try {
      prototype.datasync = () => Promise.reject(new Error('no space left'));
      await expect(file.flush()).rejects.toThrow('no space left');
    } finally {
      prototype.datasync = datasync;
      await probe.close();
    }
    expect([file.count, file.flushed]).toEqual([1, 0]);
    expect(file.read(0, 1)).toEqual(leaves[0]);
    await file.flush();
    expect(file.flushed).toBe(1);
    await file.close();
    expect(await readFile(path)).toEqual(leaves[0]);
  });
});
