import type { Fact, Recorded } from '@cytoledger/domain';
import type { Rows } from '@cytoledger/read-models';

export type Handler = readonly [type: string, handle: (event: Recorded<never>, rows: Rows) => void];

/** What a fact does to its stream's rows. Its data is what the domain's schema says. */
export function on<D, S>(fact: Fact<D, S>, handle: (event: Recorded<D>, rows: Rows) => void): Handler {
  return [fact.type, handle as Handler[1]];
}

/** A list or object as the text of a column; null for nothing. */
export function json(value: unknown): string | null {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0) ? null : JSON.stringify(value);
}

/** Milliseconds since 1970 for ordering; an unknown time is older than every known one (as in the domain's `latest`). */
export function orderOf(occurredAt: string | null): number {
  return occurredAt === null ? UNKNOWN_TIME : parsed(occurredAt);
}

/** Place of an event in the order of what happened: none from after it was recorded (as in the domain's `latest`). */
export function orderOfEvent({ occurredAt, recordedAt }: Pick<Recorded, 'occurredAt' | 'recordedAt'>): number {
  return Math.min(orderOf(occurredAt), parsed(recordedAt));
}

const UNKNOWN_TIME = -8_640_000_000_000_000;

/** An event asks once for each of its units: for its own two times, and for that of the event before. */
const KEPT_TIMES = 8;
const times = new Map<string, number>();

function parsed(time: string): number {
  let order = times.get(time);
  if (order === undefined) {
    order = Date.parse(time);
    if (times.size >= KEPT_TIMES) times.clear();
    times.set(time, order);
  }
  return order;
}
