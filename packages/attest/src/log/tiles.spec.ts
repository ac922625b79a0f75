import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryBundle, readEntryBundle, readTilePath, TILE_WIDTH, tilePath, tilesOf } from '../index.ts';

const refused = (code: string) => expect.objectContaining({ code });

describe('the path of a tile', () => {
  it('is the one of the specification', () => {
    expect(tilePath({ level: 0, index: 1234067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 2, index: 0, width: 1 })).toBe('tile/2/000.p/1');
    expect(tilePath({ level: 'entries', index: 273, width: 112 })).toBe('tile/entries/273.p/112');
  });

  it('is read as it was written', () => {
    const level = fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const));
    const index = fc.oneof(fc.nat({ max: 2000 }), fc.maxSafeNat());
    fc.assert(
      fc.property(level, index, fc.integer({ min: 1, max: 256 }), (l, i, width) => {
        const tile = { level: l, index: i, width };
        expect(readTilePath(tilePath(tile))).toEqual(tile);
      }),
    );
  });

  it.each([
    'tile/00/000',
    'tile/64/000',
    'tile/0/0',
    'tile/0/1234',
    'tile/0/x000/067',
    'tile/0/001/234',
    'tile/0/x001/x234',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/257',
    'tile/x/000',
    'tile/0/x999/x999/x999/x999/x999/x999/999',
    '/tile/0/000',
    'tile/0/000\n',
  ])('is not %j', (path) => {
    expect(() => readTilePath(path)).toThrow(refused('invalid-tile-path'));
  });

  it('is given for every tile of a log, as in the example of 70,000 entries', () => {
    const tiles = tilesOf(70_000).filter(({ level }) => level !== 'entries');
    const of = (level: number) => tiles.filter((tile) => tile.level === level).map(({ width }) => width);
    expect([of(0).length, of(0).at(-1), of(1), of(2)]).toEqual([274, 112, [256, 17], [1]]);
    expect(tilesOf(70_000).length - tiles.length).toBe(274);
    expect(tilesOf(0)).toEqual([]);
    expect(tilesOf(256).map(tilePath)).toEqual(['tile/0/000', 'tile/entries/000', 'tile/1/000.p/1']);
  });
});

describe('a bundle of entries', () => {
  it('holds each after its length in two bytes', () => {
    expect(entryBundle([Buffer.from('ab'), Buffer.alloc(0), Buffer.alloc(0x101, 7)]).subarray(0, 8)).toEqual(
      Buffer.from([0, 2, 0x61, 0x62, 0, 0, 1, 1]),
    );
  });

  it('gives its entries back', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: TILE_WIDTH }), (entries) => {
        expect(readEntryBundle(entryBundle(entries), entries.length)).toEqual(entries.map((entry) => Buffer.from(entry)));
      }),
    );
  });

  it('is refused where it is cut short, has another number of entries, or an entry is too long', () => {
    const bundle = entryBundle([Buffer.from('ab'), Buffer.from('c')]);
    for (const end of [1, 3, 5, 6])
      expect(() => readEntryBundle(bundle.subarray(0, end), 2)).toThrow(refused('invalid-entry-bundle'));
    for (const width of [0, 1, 3]) expect(() => readEntryBundle(bundle, width)).toThrow(refused('invalid-entry-bundle'));
    expect(entryBundle([Buffer.alloc(65_535)]).length).toBe(65_537);
    expect(() => entryBundle([Buffer.alloc(65_536)])).toThrow(refused('invalid-entry-bundle'));
    expect(() => entryBundle([])).toThrow(refused('invalid-entry-bundle'));
    expect(() => entryBundle(Array(257).fill(Buffer.alloc(1)))).toThrow(refused('invalid-entry-bundle'));
  });
});
