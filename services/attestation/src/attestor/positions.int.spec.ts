import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Position } from '@cytoledger/event-store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PositionFile, PositionReader } from './positions.ts';

const COUNT = 10_000;
const positionOf = (index: number) => `${index * 3 + 7}` as Position;
let folder: string;
let reader: PositionReader;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'positions-'));
  const file = await PositionFile.open(join(folder, 'index'));
  for (let index = 0; index < COUNT; index++) file.add(positionOf(index));
  await file.flush();
  await file.close();
  reader = new PositionReader(join(folder, 'index'));
});
afterAll(async () => {
  reader.close();
  await rm(folder, { recursive: true });
});

it('finds the leaf of every position, in whatever order they are asked for', () => {
  for (let n = 0; n < COUNT; n++) {
    const index = (n * 7919) % COUNT;
    expect(reader.indexOf(positionOf(index), COUNT)).toBe(index);
    expect(reader.at(index)).toBe(positionOf(index));
  }
  for (let index = 0; index < COUNT; index++) expect(reader.indexOf(positionOf(index), COUNT)).toBe(index);
});

it('finds none for a position that is no event, or of one at or above the size', () => {
  for (let n = 0; n < COUNT; n += 13) {
    expect(reader.indexOf(`${n * 3 + 8}` as Position, COUNT)).toBeUndefined();
    expect(reader.indexOf(positionOf(n), n)).toBeUndefined();
    expect(reader.indexOf(positionOf(n), n + 1)).toBe(n);
  }
  for (const outside of ['0', '6', '30007', '99999999'])
    expect(reader.indexOf(outside as Position, COUNT), outside).toBeUndefined();
});
