import type { Context } from '../kernel/index.ts';
import { instant } from '../time/index.ts';
import type { GateReader } from './gate-moment.ts';

/**
 * When a light is judged. Expiry and thaw of one that is asked for at the bedside are measured now: dating it back makes no expired bag usable. One that
 * was given elsewhere and is entered late is measured by when that was.
 */
export function bedsideMoment({ occurredAt, now, capture }: Context): string {
  const isAskedNow = capture.mode === 'direct' || capture.mode === 'device';
  if (occurredAt === null) return now;
  return isAskedNow && instant(occurredAt) < instant(now) ? now : occurredAt;
}

/** A light that is asked for now is not made green by dating it back: whatever stands now speaks against it. */
export function asRecordedNow(context: Context): GateReader {
  return { state: (aggregate, id) => context.state(aggregate, id), states: (aggregate, ids) => context.states(aggregate, ids) };
}
