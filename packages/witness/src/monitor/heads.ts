import { rmSync } from 'node:fs';
import { AttestError } from '@cytoledger/attest';
import { type HeadsMap, headsFiles, openHeadsMap } from '@cytoledger/attest/disk';
import type { MonitorState } from './monitor-state.ts';

/** Entries whose heads are taken in one step while the map is made anew. */
const STEP = 250_000;

/** The heads map of the entries that the state has taken in: brought to it, or made anew where it cannot be. */
export function openHeads(state: MonitorState, path: string): HeadsMap {
  try {
    return caughtUp(openHeadsMap({ path }), state);
  } catch (error) {
    if (!(error instanceof AttestError) || error.code === 'heads-in-use') throw error;
    return remakeHeads(state, path);
  }
}

/** A closed heads map once more from its beginning. */
export function remakeHeads(state: MonitorState, path: string): HeadsMap {
  for (const file of headsFiles(path)) rmSync(file, { force: true });
  return caughtUp(openHeadsMap({ path }), state);
}

function caughtUp(map: HeadsMap, state: MonitorState): HeadsMap {
  try {
    if (map.size > state.size) map.cutBack(state.size);
    while (map.size < state.size) {
      const to = Math.min(state.size, map.size + STEP);
      map.advance(to, state.headsBetween(map.size, to));
    }
    return map;
  } catch (error) {
    map.close();
    throw error;
  }
}
