import type { Recorded } from './fact.ts';

/**
 * A value that folds by (`occurredAt`, `seq`): place, storage, condition, measured values. Yesterday's paper does not move today's
 * bag. An event of unknown time counts as older than every timed one, and one from the future as of when it was recorded: a slip in the
 * year must not outdo all that is found until then.
 */
export type Timed<T> = { readonly value: T; readonly at: number; readonly seq: number; readonly event: string };

/** When it counts as having happened, in milliseconds since 1970. */
export function foldedAt({ occurredAt, recordedAt }: Pick<Recorded, 'occurredAt' | 'recordedAt'>): number {
  if (occurredAt === null) return Number.NEGATIVE_INFINITY;
  if (last.occurredAt !== occurredAt || last.recordedAt !== recordedAt) {
    last = { occurredAt, recordedAt, at: Math.min(Date.parse(occurredAt), Date.parse(recordedAt)) };
  }
  return last.at;
}

/** One event is folded into each of its units, one after the other. */
let last = { occurredAt: '', recordedAt: '', at: 0 };

/** The later of what is held and what the event says. */
export function latest<T>(held: Timed<T> | undefined, event: Recorded, value: T): Timed<T> {
  const at = foldedAt(event);
  if (held && (held.at > at || (held.at === at && held.seq > event.seq))) return held;
  return { value, at, seq: event.seq, event: event.id };
}
