import { leafHash, readHeader } from '@cytoledger/attest';
import type { Position, StoredEvent } from '@cytoledger/event-store';
import { sourceOf, writeCloudEvent } from '@cytoledger/messaging';

/** How a feed is written. */
export type FeedForm = {
  readonly type: string;
  event(value: string, position: Position): string;
  /** Nothing new, but the reader may resume from here. */
  pause(position: Position | undefined): string;
};

/** One CloudEvent a line. A line `{"position":…}` is none: it tells where to resume when nothing comes. */
export const NDJSON: FeedForm = {
  type: 'application/x-ndjson',
  event: (value) => `${value}\n`,
  pause: (position) => `${JSON.stringify({ position: position ?? null })}\n`,
};

/** Server-sent events (WHATWG HTML §9.2): the id is the position, so that a browser resumes by itself. An id without data is told to nobody. */
export const EVENT_STREAM: FeedForm = {
  type: 'text/event-stream',
  event: (value, position) => `id: ${position}\ndata: ${value}\n\n`,
  pause: (position) => (position === undefined ? ': nothing yet\n\n' : `: nothing new\nid: ${position}\n\n`),
};

/** The same CloudEvent as in the topics. */
export function wholeEvent(event: StoredEvent, origin: string): string {
  return writeCloudEvent(event, origin).value.toString('utf8');
}

/** What is told of an event whose body is withheld. */
const WITHHELD_TYPE = 'cytoledger.withheld.v1';

/** An event of a stream that the reader may follow, about somebody whom they may not know: its place and its leaf, so that a chain can be checked. */
export function withheldEvent({ id, stream, revision, position, header }: StoredEvent, origin: string): string {
  const text = Buffer.from(header.buffer, header.byteOffset, header.byteLength).toString('utf8');
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: sourceOf(origin, stream),
    type: WITHHELD_TYPE,
    subject: stream,
    sequence: String(revision).padStart(16, '0'),
    partitionkey: stream,
    recordedtime: readHeader(header).recordedAt,
    leafhash: leafHash(header),
    logposition: position,
    header: text,
  });
}
