import { pointerTo } from '@cytoledger/attest';
import { type Aggregate, aggregates, facts, upcast } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import { effectiveEvents } from '@cytoledger/read-models';
import { TraceError } from '../errors.ts';
import { idOf } from '../query/snapshot.ts';

/** What the domain makes of a stream's effective events up to a seq. @throws TraceError `not-found` for a kind of stream it does not know */
export async function stateAt<S>(store: EventStore, stream: string, until: number): Promise<S> {
  const aggregate = aggregates.get(stream.split('-', 1)[0]!) as Aggregate<S> | undefined;
  if (!aggregate) throw new TraceError('not-found', `${stream} is no stream of a known kind`);
  const state = aggregate.initial(idOf(stream));
  if (until < 0) return state;
  for (const event of await effectiveEvents(store, stream, upcast, until)) facts.get(event.type)?.evolve(state, event);
  return state;
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A folded state as JSON: maps become objects, sets lists; what is undefined is left out. */
export function jsonOf(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value) || value instanceof Set) return [...value].map(jsonOf);
  const entries =
    value instanceof Map ? [...value].map(([key, each]) => [String(key), each] as const) : Object.entries(value as object);
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined).map(([key, each]) => [key, jsonOf(each)]));
}

export type Difference = { readonly pointer: string; readonly before: Json | undefined; readonly after: Json | undefined };

/** Where two states differ: JSON pointers (RFC 6901), the deepest that differ. What stands on one side only has no other. */
export function differences(before: Json | undefined, after: Json | undefined, pointer = ''): Difference[] {
  if (before === after) return [];
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) {
    return [{ pointer, before, after }];
  }
  const [left, right] = [before as Record<string, Json>, after as Record<string, Json>];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
    differences(left[key], right[key], pointerTo(pointer, key)),
  );
}

function isContainer(value: Json | undefined): value is readonly Json[] | { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null;
}
