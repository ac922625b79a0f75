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
  if (occurredAt === null) return UNKNOWN_TIME;
  if (occurredAt !== last.text) last = { text: occurredAt, order: Date.parse(occurredAt) };
  return last.order;
}

/** Place of an event in the order of what happened: none from after it was recorded (as in the domain's `latest`). */
export function orderOfEvent({ occurredAt, recordedAt }: Pick<Recorded, 'occurredAt' | 'recordedAt'>): number {
  return Math.min(orderOf(occurredAt), Date.parse(recordedAt));
}

const UNKNOWN_TIME = -8_640_000_000_000_000;

/** One event asks for the same time once for each of its units. */
let last = { text: '', order: Number.NaN };
