import { leafHash } from '@cytoledger/attest';
import type { StoredEvent } from '@cytoledger/event-store';
import { MessagingError } from './errors.ts';

/** A stored event as CloudEvents 1.0 structured JSON, and what of it travels outside the text as well. */
export type WrittenCloudEvent = {
  /** UTF-8 of the JSON. */
  readonly value: Buffer;
  readonly leaf: string;
  readonly correlation: string;
};

/** CloudEvents 1.0.2 JSON format §3: structured mode. */
export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=UTF-8';

/** 2^53 has so many digits: with leading zeros the text sorts as the number does, as the sequence extension asks. */
const SEQUENCE_DIGITS = 16;

/**
 * Writes a stored event as a CloudEvent. `data` is the stored body, byte for byte; the attribute `header` is the log's entry as text, so
 * that whoever holds the message can hash both again: SHA-256(00 ‖ header) is `leafhash`, which the log's tree attests, and the header
 * names the digest of the body.
 *
 * Attributes are cut out of the canonical bytes and not parsed: what stands in the log was sealed by this platform.
 *
 * @param origin of the log
 * @throws MessagingError `invalid-cloud-event` when these bytes were not sealed by this platform
 */
export function writeCloudEvent(
  { id, type, stream, revision, position, header, body }: StoredEvent,
  origin: string,
): WrittenCloudEvent {
  const headerBytes = bufferOf(header);
  const bodyBytes = bufferOf(body);
  // A character for each byte: searching a string costs a third of searching bytes.
  const bodyText = bodyBytes.toString('latin1');
  const headerText = headerBytes.toString('latin1');
  const leaf = leafHash(header);
  const correlation = between(bodyBytes, bodyText, ',"correlation":', undefined, 'last');
  const causation = between(bodyBytes, bodyText, ',"causation":', ',"content":', 'first');
  const occurredAt = between(bodyBytes, bodyText, ',"occurredAt":', ',"stream":', 'last');
  const recordedAt = between(headerBytes, headerText, ',"recordedAt":', ',"seq":', 'first');
  const streamText = JSON.stringify(stream);
  const attributes = `{"specversion":"1.0","id":"${id}","source":${JSON.stringify(sourceOf(origin, stream))},"type":"${type}","subject":${streamText},${
    occurredAt === 'null' ? '' : `"time":${occurredAt},`
  }"datacontenttype":"application/json","sequence":"${String(revision).padStart(SEQUENCE_DIGITS, '0')}","partitionkey":${streamText},"correlationid":${correlation},${
    causation === 'null' ? '' : `"causationid":${causation},`
  }"recordedtime":${recordedAt},"leafhash":"${leaf}","logposition":"${position}","header":${JSON.stringify(headerBytes.toString('utf8'))},"data":`;
  return { value: withBody(attributes, body), leaf, correlation: JSON.parse(correlation) as string };
}

/** Up to the body, the body, and the end, in one piece of memory. */
function withBody(attributes: string, body: Uint8Array): Buffer {
  const value = Buffer.allocUnsafe(Buffer.byteLength(attributes) + body.length + 1);
  const at = value.write(attributes);
  value.set(body, at);
  value[value.length - 1] = CLOSING_BRACE;
  return value;
}

const CLOSING_BRACE = 0x7d;

/** The `source` of every event of a stream: with the id it is unique, as CloudEvents asks. */
export function sourceOf(origin: string, stream: string): string {
  return `urn:cytoledger:${encodeURI(origin)}:${encodeURI(stream)}`;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * The JSON text of a member, up to what follows it; without that, to the end of the object. In canonical bytes the mark cannot stand inside a string, where its
 * quotes would be escaped; which of the places is meant follows from the order of members.
 */
function between(bytes: Buffer, text: string, mark: string, end: string | undefined, which: 'first' | 'last'): string {
  const at = which === 'first' ? text.indexOf(mark) : text.lastIndexOf(mark);
  const from = at + mark.length;
  const to = end === undefined ? text.length - 1 : text.indexOf(end, from);
  if (at < 0 || to < 0) {
    throw new MessagingError('invalid-cloud-event', `the stored event has no ${mark.slice(2, -2)} where this platform writes it`);
  }
  return bytes.toString('utf8', from, to);
}
