import { compareDecimal } from '../quantity/index.ts';
import { instant } from '../time/index.ts';
import type { TransportLimits } from './limits.ts';
import type { Interval, LastReading } from './state.ts';

export type Reading = { readonly at: string; readonly celsius: string };

export type Exposure = {
  readonly outside: readonly Interval[];
  readonly last: LastReading | undefined;
  /** Readings outside the limits. */
  readonly beyond: readonly Reading[];
};

/**
 * Time outside the limits, from these readings of one logger and what was known. A reading holds until the next one of its logger: who knows
 * nothing better takes a gap for what it began with. Overlapping or repeated downloads count once.
 *
 * @param starts first readings of the logger's other downloads, in milliseconds since 1970: a download that is entered late ends where the next began
 */
export function exposedBy(
  readings: readonly Reading[],
  limits: Pick<TransportLimits, 'minimum' | 'maximum'>,
  known: readonly Interval[],
  last: LastReading | undefined,
  starts: readonly number[] = [],
): Exposure {
  const points = readings
    .map((reading) => ({ reading, at: instant(reading.at), outside: isOutside(reading.celsius, limits) }))
    .sort((a, b) => a.at - b.at);
  const first = points[0];
  const bridge = last && first && first.at > last.at ? [last] : [];
  const newest = points.at(-1);
  const following = starts.filter((at) => newest && at > newest.at);
  const walked = [...bridge, ...points, ...(following.length > 0 ? [{ at: Math.min(...following), outside: false }] : [])];
  const intervals = walked.flatMap((point, n) => {
    const next = walked[n + 1];
    return point.outside && next ? [{ from: point.at, until: next.at }] : [];
  });
  return {
    outside: merged([...known, ...intervals]),
    last: newest && (!last || newest.at >= last.at) ? { at: newest.at, outside: newest.outside } : last,
    beyond: points.filter(({ outside }) => outside).map(({ reading }) => reading),
  };
}

function isOutside(celsius: string, { minimum, maximum }: Pick<TransportLimits, 'minimum' | 'maximum'>): boolean {
  return compareDecimal(celsius, minimum) < 0 || compareDecimal(celsius, maximum) > 0;
}

/** Ascending and disjoint. */
export function merged(intervals: readonly Interval[]): Interval[] {
  const ascending = intervals.filter(({ from, until }) => until > from).sort((a, b) => a.from - b.from);
  const result: Interval[] = [];
  for (const next of ascending) {
    const held = result.at(-1);
    if (held && next.from <= held.until) result[result.length - 1] = { from: held.from, until: Math.max(held.until, next.until) };
    else result.push(next);
  }
  return result;
}

export function minutesIn(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, { from, until }) => sum + (until - from), 0) / 60_000;
}

/** Lowest and highest of a list that is not empty. */
export function extremes(celsius: readonly string[]): { readonly minimum: string; readonly maximum: string } {
  const [first, ...more] = celsius as [string, ...string[]];
  return more.reduce(
    (held, next) => ({
      minimum: compareDecimal(next, held.minimum) < 0 ? next : held.minimum,
      maximum: compareDecimal(next, held.maximum) > 0 ? next : held.maximum,
    }),
    { minimum: first, maximum: first },
  );
}
