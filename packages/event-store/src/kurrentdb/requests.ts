import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { EventToAppend, ExpectedRevision } from '../port.ts';
import type { LogPosition } from './log-position.ts';
import { serverEventId } from './server-event-id.ts';

const NO_LIMIT = Number.MAX_SAFE_INTEGER;
/** Streams that do not begin with `$`, which the server keeps for itself. */
const OUR_STREAMS = '^[^$]';
/** In windows of 32 events (the server's unit). */
const CHECKPOINT_INTERVAL = 100;

export type Direction = 'forwards' | 'backwards';

/** The options of an append, then its events, whose bytes must not change until they are sent. */
export function appendMessages(
  stream: string,
  expectedRevision: ExpectedRevision,
  events: readonly EventToAppend[],
): readonly streams.AppendReq[] {
  const options = new streams.AppendReq.Options().setStreamIdentifier(identifierOf(stream));
  if (expectedRevision === 'none') options.setNoStream(new shared.Empty());
  else options.setRevision(String(expectedRevision));
  return [new streams.AppendReq().setOptions(options), ...events.map(proposal)];
}

function proposal(event: EventToAppend): streams.AppendReq {
  const message = new streams.AppendReq.ProposedMessage()
    .setId(new shared.UUID().setString(serverEventId(event.header)))
    .setCustomMetadata(event.header)
    .setData(event.body);
  message.getMetadataMap().set('type', event.type);
  message.getMetadataMap().set('content-type', 'application/octet-stream');
  return new streams.AppendReq().setProposedMessage(message);
}

/** From a revision on, itself included; from the beginning, or the end, where none is given. */
export function readStreamRequest(
  stream: string,
  { from, direction, limit }: { from?: number | undefined; direction: Direction; limit: number },
): streams.ReadReq {
  const asked = new streams.ReadReq.Options.StreamOptions().setStreamIdentifier(identifierOf(stream));
  if (from !== undefined) asked.setRevision(String(from));
  else if (direction === 'forwards') asked.setStart(new shared.Empty());
  else asked.setEnd(new shared.Empty());
  const options = counted(direction, limit).setStream(asked).setNoFilter(new shared.Empty());
  return new streams.ReadReq().setOptions(options);
}

/** Our streams only. Forwards from a position, what stands there included; backwards from the end. */
export function readAllRequest({
  from,
  direction,
  limit,
}: {
  from?: LogPosition | undefined;
  direction: Direction;
  limit: number;
}): streams.ReadReq {
  const options = counted(direction, limit).setAll(allOptions(from, direction)).setFilter(ourStreams());
  return new streams.ReadReq().setOptions(options);
}

/** Our streams only, what stands after the position, then what comes. */
export function subscribeRequest(after: LogPosition | undefined): streams.ReadReq {
  return subscription(after, ourStreams());
}

/** Every event of these types, whatever its stream; a checkpoint tells from time to time how far the server has looked. */
export function subscribeTypesRequest(typePrefixes: readonly string[], after: LogPosition | undefined): streams.ReadReq {
  const expression = new streams.ReadReq.Options.FilterOptions.Expression().setPrefixList([...typePrefixes]);
  const filter = new streams.ReadReq.Options.FilterOptions()
    .setEventType(expression)
    .setCount(new shared.Empty())
    .setCheckpointintervalmultiplier(CHECKPOINT_INTERVAL);
  return subscription(after, filter);
}

function subscription(after: LogPosition | undefined, filter: streams.ReadReq.Options.FilterOptions): streams.ReadReq {
  const options = new streams.ReadReq.Options()
    .setAll(allOptions(after, 'forwards'))
    .setReadDirection(directions.forwards)
    .setSubscription(new streams.ReadReq.Options.SubscriptionOptions())
    .setFilter(filter)
    .setUuidOption(idsAsText());
  return new streams.ReadReq().setOptions(options);
}

const directions = {
  forwards: streams.ReadReq.Options.ReadDirection.FORWARDS,
  backwards: streams.ReadReq.Options.ReadDirection.BACKWARDS,
} as const;

function counted(direction: Direction, limit: number): streams.ReadReq.Options {
  return new streams.ReadReq.Options()
    .setReadDirection(directions[direction])
    .setCount(String(Math.min(limit, NO_LIMIT)))
    .setUuidOption(idsAsText());
}

function allOptions(from: LogPosition | undefined, direction: Direction): streams.ReadReq.Options.AllOptions {
  const all = new streams.ReadReq.Options.AllOptions();
  if (!from) return direction === 'forwards' ? all.setStart(new shared.Empty()) : all.setEnd(new shared.Empty());
  const position = new streams.ReadReq.Options.Position();
  position.setCommitPosition(from.commit);
  position.setPreparePosition(from.prepare);
  return all.setPosition(position);
}

function ourStreams(): streams.ReadReq.Options.FilterOptions {
  const expression = new streams.ReadReq.Options.FilterOptions.Expression().setRegex(OUR_STREAMS);
  return new streams.ReadReq.Options.FilterOptions()
    .setStreamIdentifier(expression)
    .setCount(new shared.Empty())
    .setCheckpointintervalmultiplier(1);
}

function idsAsText(): streams.ReadReq.Options.UUIDOption {
  return new streams.ReadReq.Options.UUIDOption().setString(new shared.Empty());
}

function identifierOf(stream: string): shared.StreamIdentifier {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(stream, 'utf8').toString('base64'));
}
