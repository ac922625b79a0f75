import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { comparePositions, type Position } from '@cytoledger/event-store';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PositionFile, PositionReader } from './positions.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'positions-'));
});
afterEach(() => rm(folder, { recursive: true }));

const group = fc.oneof(fc.bigInt(0n, 2n ** 64n - 2n), fc.bigInt(0n, 2n ** 53n), fc.bigInt(0n, 1000n));
const ofSqlite = group.map((first) => `${first}` as Position);
const ofKurrent = fc.tuple(group, group).map(([first, second]) => `${first}-${second}` as Position);
const ascending = (position: fc.Arbitrary<Position>) =>
  fc.uniqueArray(position, { minLength: 1, maxLength: 60 }).map((all) => all.sort(comparePositions));

describe('the index', () => {
  it.each([
    ['one group', ofSqlite],
    ['two groups', ofKurrent],
  ])('gives back the position of each leaf, and the leaf at each position, of %s', async (_what, position) => {
    let file = 0;
    await fc.assert(
      fc.asyncProperty(ascending(position), position, async (positions, other) => {
        const path = join(folder, String(file++));
        const index = await PositionFile.open(path);
        for (const each of positions) index.add(each);
        expect(positions.map((_, leaf) => index.at(leaf))).toEqual(positions);
        await index.flush();
        const reader = new PositionReader(path);
        expect(positions.map((_, leaf) => reader.at(leaf))).toEqual(positions);
        expect(positions.map((each) => reader.indexOf(each, positions.length))).toEqual(positions.map((_, leaf) => leaf));
        const known = positions.indexOf(other);
        expect(reader.indexOf(other, positions.length)).toBe(known < 0 ? undefined : known);
        expect(reader.indexOf(positions.at(-1)!, positions.length - 1)).toBeUndefined();
        reader.close();
        await index.close();
      }),
      { numRuns: 50 },
    );
  });

  it('is read with what was added and is not on disk yet, and grows again from where it was cut', async () => {
    const path = join(folder, 'index');
    const index = await PositionFile.open(path);
    for (let n = 1; n <= 5000; n++) index.add(String(n) as Position);
    await index.flush();
    for (let n = 5001; n <= 10_000; n++) index.add(String(n) as Position);
    expect([index.count, index.at(4999), index.at(5000), index.at(9999)]).toEqual([10_000, '5000', '5001', '10000']);
    await index.cut(3000);
    index.add('7' as Position);
    await index.flush();
    await index.close();
    const again = await PositionFile.open(path);
    expect([again.count, again.at(2999), again.at(3000)]).toEqual([3001, '3000', '7']);
    await again.close();
  });
});
