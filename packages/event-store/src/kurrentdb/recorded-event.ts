import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { EventStoreError, type StoredEvent } from '../port.ts';
import { headerId } from './header-id.ts';
import { positionFrom } from './log-position.ts';

export type RecordedEvent = streams.ReadResp.ReadEvent.RecordedEvent;

/**
 * An event as the port knows it. Header and body are the very bytes that were stored: the client's own conversion would parse a
 * header that is JSON and lose them.
 *
 * @throws EventStoreError with code `unsafe-configuration` when the event is not one of ours.
 */
export function storedEvent(recorded: RecordedEvent): StoredEvent {
  const stream = streamOf(recorded);
  const revision = Number(recorded.getStreamRevision());
  const type = typeOf(recorded);
  if (type.startsWith('$')) {
    throw new EventStoreError(
      'unsafe-configuration',
      `stream ${stream} holds ${type} of the server: it was deleted or linked to`,
      {
        stream,
      },
    );
  }
  const header = recorded.getCustomMetadata_asU8();
  const id = headerId(header);
  if (id === undefined) {
    throw new EventStoreError(
      'unsafe-configuration',
      `event ${revision} of stream ${stream} has no header with an id: the server holds events of another application`,
      { stream },
    );
  }
  const position = positionFrom(recorded.getCommitPosition(), recorded.getPreparePosition());
  if (position === undefined) {
    throw new EventStoreError(
      'unsafe-configuration',
      `the server does not tell the position of event ${revision} of stream ${stream}; EventStoreDB 23.10 or newer does`,
      { stream },
    );
  }
  return { id, type, header, body: recorded.getData_asU8(), stream, revision, position };
}

export function streamOf(recorded: RecordedEvent): string {
  return Buffer.from(recorded.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
}

export function typeOf(recorded: RecordedEvent): string {
  return recorded.getMetadataMap().get('type') ?? '';
}
