import { type Amendment, amendmentOf, effectiveOf, type Recorded } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import type { Upcast } from './projection.ts';
import { recordedOf } from './recorded.ts';

/**
 * A stream's events as they hold once everything up to `until` (a seq, included) was recorded: the newest correction stands in its
 * original's place, and keeps its original's seq and recordedAt; what was taken back is left out.
 */
export async function effectiveEvents(
  store: EventStore,
  stream: string,
  upcast: Upcast,
  until: number = Number.MAX_SAFE_INTEGER,
): Promise<Recorded[]> {
  const events: Recorded[] = [];
  const corrections = new Map<string, Amendment>();
  for await (const page of store.readStream(stream)) {
    for (const stored of page) {
      if (stored.revision > until) return effective(events, corrections);
      const event = recordedOf(stored, upcast);
      const correction = amendmentOf(event);
      if (correction) corrections.set(correction.event, correction);
      events.push(event);
    }
  }
  return effective(events, corrections);
}

function effective(events: readonly Recorded[], amendments: ReadonlyMap<string, Amendment>): Recorded[] {
  return events.flatMap((event) => effectiveOf(event, amendments) ?? []);
}
