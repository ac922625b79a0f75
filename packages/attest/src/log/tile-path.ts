import { AttestError } from '../errors.ts';

/** C2SP tlog-tiles: so many hashes, or entries, a full tile holds. */
export const TILE_WIDTH = 256;

export type TilePath = {
  /** 0 for leaf hashes, each further level one tile height above; `entries` for a bundle of the entries themselves. */
  readonly level: number | 'entries';
  readonly index: number;
  /** 256, or fewer at the right edge of a log. */
  readonly width: number;
};

const MAX_LEVEL = 63;
const PATH = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*)(\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** `tile/<L>/<N>[.p/<W>]`, where N is written in groups of three digits, all but the last with an `x` before them. */
export function tilePath({ level, index, width }: TilePath): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g)!;
  const number = groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/');
  return `tile/${level}/${number}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** @throws AttestError `invalid-tile-path` for whatever {@link tilePath} would not write */
export function readTilePath(path: string): TilePath {
  const [, levelText, groups, last, widthText] = PATH.exec(path) ?? [];
  const level = levelText === 'entries' ? 'entries' : Number(levelText);
  const index = Number(`${groups?.replaceAll(/[x/]/g, '')}${last}`);
  const width = widthText === undefined ? TILE_WIDTH : Number(widthText);
  const tile: TilePath = { level, index, width };
  const exists = level === 'entries' || level <= MAX_LEVEL;
  if (!exists || !Number.isSafeInteger(index) || width > TILE_WIDTH || tilePath(tile) !== path)
    throw new AttestError('invalid-tile-path', `no tile is at ${path} (C2SP tlog-tiles)`);
  return tile;
}

/** The widest tiles and bundles of a log of that size: what a mirror of it holds. */
export function tilesOf(size: number): TilePath[] {
  const tiles: TilePath[] = [];
  let count = size;
  for (let level = 0; count > 0; level++, count = Math.floor(count / TILE_WIDTH)) {
    for (let index = 0; index * TILE_WIDTH < count; index++) {
      const tile = { index, width: Math.min(TILE_WIDTH, count - index * TILE_WIDTH) };
      tiles.push({ level, ...tile });
      if (level === 0) tiles.push({ level: 'entries', ...tile });
    }
  }
  return tiles;
}
