import type { Recorded } from './fact.ts';

/**
 * A value that folds by (`occurredAt`, `seq`): place, storage, condition, measured values. Yesterday's paper does not move today's
 * bag. An event of unknown time counts as older than every timed one.
 */
export type Timed<T> = { readonly value: T; readonly at: number; readonly seq: number; readonly event: string };

/** The later of what is held and what the event says. */
export function latest<T>(held: Timed<T> | undefined, event: Recorded, value: T): Timed<T> {
  const at = event.occurredAt === null ? Number.NEGATIVE_INFINITY : Date.parse(event.occurredAt);
  if (held && (held.at > at || (held.at === at && held.seq > event.seq))) return held;
  return { value, at, seq: event.seq, event: event.id };
}
