import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Position } from '@cytoledger/event-store';

/** Heights between two files of hashes. */
export const STEP = 4;
export const HASH = 32;
/** Of the index: one or two groups of a position, 64 bits each; where there is one, the second is all ones. */
export const POSITION = 16;
const NO_GROUP = 2n ** 64n - 1n;

/** What stands where in the folder of attestation (docs/decisions/0014). */
export const attestedFiles = (folder: string) => ({
  height: (height: number) => join(folder, 'log', heightName(height)),
  positions: join(folder, 'index'),
  heads: join(folder, 'heads.db'),
  signed: join(folder, 'signed'),
  releases: join(folder, 'releases.db'),
  published: join(folder, 'published'),
  headsNote: join(folder, 'heads'),
  lock: join(folder, 'lock'),
  policy: join(folder, 'policy.txt'),
});

export function heightName(height: number): string {
  return `height-${String(height).padStart(2, '0')}`;
}

export function textIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

export function positionOf(record: Buffer): Position {
  const first = record.readBigUInt64BE(0);
  const second = record.readBigUInt64BE(8);
  return (second === NO_GROUP ? `${first}` : `${first}-${second}`) as Position;
}
