import { readHeader } from '@cytoledger/attest';
import type { Position, StoredEvent } from '@cytoledger/event-store';
import {
  CLOUD_EVENT_TYPE,
  type OutgoingMessage,
  partitionOf,
  topicOf,
  traceparentOf,
  writeCloudEvent,
} from '@cytoledger/messaging';

/** An event, ready to be sent. */
export type Outgoing = {
  readonly message: OutgoingMessage;
  readonly position: Position;
  readonly stream: string;
  readonly seq: number;
  readonly leaf: string;
  /** What it takes on its way, roughly. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly recordedAt: () => number;
};

/** Of a record beside its value: key, headers, lengths. */
const RECORD_BYTES = 256;

/** @throws MessagingError `no-topic`, `invalid-cloud-event` */
export function outgoing(event: StoredEvent, origin: string, partitions: ReadonlyMap<string, number>): Outgoing {
  const { stream, position, revision: seq, type } = event;
  const topic = topicOf(stream);
  const { value, leaf, correlation } = writeCloudEvent(event, origin);
  return {
    message: {
      topic,
      partition: partitionOf(stream, partitions.get(topic)!),
      key: stream,
      value,
      headers: { 'content-type': CLOUD_EVENT_TYPE, type, traceparent: traceparentOf(correlation, leaf) },
    },
    position,
    stream,
    seq,
    leaf,
    bytes: value.length + RECORD_BYTES,
    recordedAt: () => Date.parse(readHeader(event.header).recordedAt),
  };
}
