import type { ReleasedCheckpoint } from '@cytoledger/attest';

/** A released checkpoint that was seen: at `time`, seconds since the epoch, the log had `size` entries. */
export type Seen = { readonly size: number; readonly time: number };

/** Between which times, in milliseconds, an entry must have been recorded. */
export type Bounds = { of(index: number): { readonly earliest: number; readonly latest: number } };

/** The median of its cosignatures: a minority of witnesses with false clocks cannot move it past the honest ones. */
export function timeOf({ cosignatures }: ReleasedCheckpoint): number {
  const times = cosignatures.map(({ timestamp }) => timestamp ?? 0).sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? 0;
}

/**
 * Bounds from the checkpoints that were seen, for indices in rising order: an entry was recorded after the log was cosigned without it and
 * before it was cosigned with it. What was there before the first that was seen has no earliest time.
 *
 * @param seen by rising size
 * @param delta seconds by which clocks may differ (the policy's)
 */
export function boundsFrom(seen: readonly Seen[], delta: number): Bounds {
  let at = 0;
  return {
    of(index) {
      while (at < seen.length && seen[at]!.size <= index) at++;
      const [before, after] = [seen[at - 1], seen[at]];
      return {
        earliest: before === undefined ? Number.NEGATIVE_INFINITY : (before.time - delta) * 1000,
        latest: after === undefined ? Number.POSITIVE_INFINITY : (after.time + 1 + delta) * 1000,
      };
    },
  };
}
