import { type AppendOptions, EventStoreError, type EventToAppend, type ExpectedRevision } from './port.ts';

/** The limits of one append, the same on every adapter; KurrentDB refuses 1 MiB, its own framing included. */
export const appendLimits = {
  events: 500,
  /** Headers and bodies together. */
  bytes: 900 * 1024,
  /** Of one header, and of one body. */
  partBytes: 65_535,
  streamNameLength: 200,
  typeLength: 200,
} as const;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
// Printable ASCII without blanks, not beginning with `$`, which KurrentDB keeps for itself.
const streamName = /^(?!\$)[\x21-\x7e]+$/;

/**
 * What every adapter refuses before it asks the log. Returns the bytes of headers and bodies together.
 *
 * @throws EventStoreError with code `invalid-append`, `append-too-large`, or `duplicate-event-id` for an id that stands twice in the append.
 */
export function checkAppend(
  stream: string,
  expectedRevision: ExpectedRevision,
  events: readonly EventToAppend[],
  options: AppendOptions = {},
): number {
  checkStream(stream);
  checkRevision(expectedRevision, stream);
  for (const head of options.basis ?? []) {
    checkStream(head.stream);
    checkRevision(head.revision, head.stream);
  }
  if (events.length === 0) throw refuse('an append holds at least one event', stream);
  if (events.length > appendLimits.events) {
    throw tooLarge(`an append holds at most ${appendLimits.events} events, not ${events.length}`, stream);
  }
  let bytes = 0;
  for (const event of events) bytes += checkEvent(event, stream);
  if (bytes > appendLimits.bytes) throw tooLarge(`an append holds at most ${appendLimits.bytes} bytes, not ${bytes}`, stream);
  if (events.length > 1) checkDistinct(events, stream);
  return bytes;
}

function checkStream(stream: string): void {
  if (typeof stream !== 'string' || stream.length > appendLimits.streamNameLength || !streamName.test(stream)) {
    throw refuse(
      `not a stream name: ${JSON.stringify(String(stream).slice(0, 60))} (1 to ${appendLimits.streamNameLength} printable ASCII characters, no blanks, not beginning with $)`,
    );
  }
}

function checkRevision(revision: ExpectedRevision, stream: string): void {
  if (revision !== 'none' && !(Number.isSafeInteger(revision) && revision >= 0)) {
    throw refuse(`the revision of ${stream} must be an integer from 0, or none; not ${String(revision)}`, stream);
  }
}

function checkEvent({ id, type, header, body }: EventToAppend, stream: string): number {
  if (typeof id !== 'string' || !uuid.test(id)) {
    throw refuse(`an event id is a lower-case UUID, not ${JSON.stringify(String(id).slice(0, 60))}`, stream);
  }
  if (typeof type !== 'string' || type.length === 0 || type.length > appendLimits.typeLength || type.startsWith('$')) {
    throw refuse(`an event type has 1 to ${appendLimits.typeLength} characters and does not begin with $`, stream, id);
  }
  if (!(header instanceof Uint8Array) || !(body instanceof Uint8Array)) {
    throw refuse('header and body of an event are bytes', stream, id);
  }
  if (header.byteLength > appendLimits.partBytes || body.byteLength > appendLimits.partBytes) {
    throw tooLarge(
      `a header or body is at most ${appendLimits.partBytes} bytes, not ${Math.max(header.byteLength, body.byteLength)}`,
      stream,
      id,
    );
  }
  return header.byteLength + body.byteLength;
}

function checkDistinct(events: readonly EventToAppend[], stream: string): void {
  const seen = new Set<string>();
  for (const { id } of events) {
    if (seen.has(id))
      throw new EventStoreError('duplicate-event-id', `event ${id} stands twice in one append to ${stream}`, {
        stream,
        eventId: id,
      });
    seen.add(id);
  }
}

function refuse(message: string, stream?: string, eventId?: string): EventStoreError {
  return new EventStoreError('invalid-append', message, details(stream, eventId));
}

function tooLarge(message: string, stream: string, eventId?: string): EventStoreError {
  return new EventStoreError('append-too-large', message, details(stream, eventId));
}

function details(stream?: string, eventId?: string) {
  return { ...(stream === undefined ? {} : { stream }), ...(eventId === undefined ? {} : { eventId }) };
}
