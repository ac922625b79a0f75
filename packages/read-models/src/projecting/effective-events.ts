import { type Correction, correctionOf, type Recorded } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import type { Upcast } from './projection.ts';
import { recordedOf } from './recorded.ts';

/**
 * A stream's events as they hold once everything up to `until` (a seq, included) was recorded: the newest correction stands in its
 * original's place, and keeps its original's seq and recordedAt.
 */
export async function effectiveEvents(
  store: EventStore,
  stream: string,
  upcast: Upcast,
  until: number = Number.MAX_SAFE_INTEGER,
): Promise<Recorded[]> {
  const events: Recorded[] = [];
  const corrections = new Map<string, Correction>();
  for await (const page of store.readStream(stream)) {
    for (const stored of page) {
      if (stored.revision > until) return events.map((event) => corrected(event, corrections));
      const event = recordedOf(stored, upcast);
      const correction = correctionOf(event);
      if (correction) corrections.set(correction.event, correction);
      events.push(event);
    }
  }
  return events.map((event) => corrected(event, corrections));
}

function corrected(event: Recorded, corrections: ReadonlyMap<string, Correction>): Recorded {
  const correction = corrections.get(event.id);
  if (!correction) return event;
  return {
    ...event,
    data: correction.data,
    ...(correction.occurredAt !== undefined && { occurredAt: correction.occurredAt }),
  };
}
