import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { handleServerStreamingCall, ServerWritableStream } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { type Filter, filterOf } from './filter.ts';
import type { Log, LogRecord } from './log.ts';
import { checkpointMessage, eventMessage, failure, streamDeleted, streamIdentifier, streamName } from './messages.ts';

type Call = ServerWritableStream<streams.ReadReq, streams.ReadResp>;

const BACKWARDS = 1;
/** Events looked at between two checkpoints, times the multiplier that the client asks for. */
const SEARCH_WINDOW = 32;

export type Counts = {
  /** Reads, subscriptions and appends that were asked for. */
  requests: number;
  /** Events handed to the transport, over all reads and subscriptions. */
  sent: number;
};

export function readCall(log: Log, counts: Counts): handleServerStreamingCall<streams.ReadReq, streams.ReadResp> {
  return (call) => {
    counts.requests++;
    call.on('error', () => {});
    serve(log, counts, call).then(
      () => call.end(),
      (error) => void call.emit('error', error),
    );
  };
}

async function serve(log: Log, counts: Counts, call: Call): Promise<void> {
  const options = call.request.getOptions()!;
  if (!options.hasUuidOption()) throw failure(status.INVALID_ARGUMENT, "'uuidOption' is required");
  const send = async (message: streams.ReadResp) => {
    if (message.hasEvent()) counts.sent++;
    if (!call.write(message) && !call.cancelled) await drained(call);
  };
  if (options.hasSubscription()) return subscribe(log, options, call, send);
  const limit = Number(options.getCount());
  let sent = 0;
  for (const record of options.hasStream() ? streamRecords(log, options.getStream()!, options) : allRecords(log, options)) {
    if (sent >= limit || call.cancelled) return;
    if (record === 'not-found') {
      const missing = new streams.ReadResp.StreamNotFound();
      missing.setStreamIdentifier(streamIdentifier(streamName(options.getStream()!.getStreamIdentifier())));
      return send(new streams.ReadResp().setStreamNotFound(missing));
    }
    await send(eventMessage(record));
    sent++;
  }
}

function* streamRecords(
  log: Log,
  asked: streams.ReadReq.Options.StreamOptions,
  options: streams.ReadReq.Options,
): Iterable<LogRecord | 'not-found'> {
  const stream = streamName(asked.getStreamIdentifier());
  if (log.isTombstoned(stream)) throw streamDeleted(stream);
  const visible = log.visible(stream);
  if (!visible) {
    yield 'not-found';
    return;
  }
  const backwards = options.getReadDirection() === BACKWARDS;
  const from = asked.hasRevision() ? BigInt(asked.getRevision()) : undefined;
  if (backwards) {
    const last = from === undefined ? visible.length : visible.findLastIndex((record) => record.revision <= from) + 1;
    for (let i = last - 1; i >= 0; i--) yield visible[i]!;
  } else if (!asked.hasEnd()) {
    const first = from === undefined ? 0 : visible.findIndex((record) => record.revision >= from);
    if (first >= 0) for (let i = first, end = visible.length; i < end; i++) yield visible[i]!;
  }
}

/** From a position: forwards with what stands there, backwards with what stands before. */
function* allRecords(log: Log, options: streams.ReadReq.Options): Iterable<LogRecord> {
  const all = options.getAll()!;
  const filter = filterOf(options);
  const position = all.getPosition();
  const index = position && log.indexFrom(BigInt(position.getCommitPosition()));
  if (options.getReadDirection() === BACKWARDS) {
    const before = index ?? (all.hasStart() ? 0 : log.records.length);
    for (let i = before - 1; i >= 0; i--) if (filter(log.records[i]!)) yield log.records[i]!;
  } else {
    const end = log.records.length;
    for (let i = index ?? (all.hasEnd() ? end : 0); i < end; i++) if (filter(log.records[i]!)) yield log.records[i]!;
  }
}

/** From after a position, without end. The log itself is the queue, so that a slow reader takes no memory here. */
async function subscribe(
  log: Log,
  options: streams.ReadReq.Options,
  call: Call,
  send: (message: streams.ReadResp) => Promise<void>,
): Promise<void> {
  const { filter, index, checkpointEvery } = subscription(log, options);
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(crypto.randomUUID());
  await send(new streams.ReadResp().setConfirmation(confirmation));
  let caughtUp = false;
  let looked = 0;
  for (let i = index; !call.cancelled; ) {
    const record = log.records[i];
    if (!record) {
      if (!caughtUp) await send(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
      caughtUp = true;
      if (i === log.records.length) await grown(log, call);
      continue;
    }
    i++;
    if (filter(record)) await send(eventMessage(record));
    if (++looked % checkpointEvery === 0) await send(checkpointMessage(record.position));
  }
}

function subscription(log: Log, options: streams.ReadReq.Options): { filter: Filter; index: number; checkpointEvery: number } {
  const checkpointEvery = SEARCH_WINDOW * (options.getFilter()?.getCheckpointintervalmultiplier() ?? Number.POSITIVE_INFINITY);
  const stream = options.getStream();
  if (stream) {
    const name = streamName(stream.getStreamIdentifier());
    const from = stream.hasRevision() ? BigInt(stream.getRevision()) : stream.hasEnd() ? log.currentRevision(name) : -1n;
    return { filter: (record) => record.stream === name && record.revision > from, index: 0, checkpointEvery };
  }
  const all = options.getAll()!;
  const position = all.getPosition();
  const after = position && log.indexFrom(BigInt(position.getCommitPosition()) + 1n);
  return { filter: filterOf(options), index: after ?? (all.hasEnd() ? log.records.length : 0), checkpointEvery };
}

function grown(log: Log, call: Call): Promise<void> {
  return untilCancelled(call, (done) => log.onceGrown(done));
}

function drained(call: Call): Promise<void> {
  return untilCancelled(call, (done) => {
    call.once('drain', done);
    return () => void call.off('drain', done);
  });
}

/** Waits for what `listen` reports, or for the client to be gone; `listen` returns what withdraws it. */
function untilCancelled(call: Call, listen: (done: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    const withdraw = listen(done);
    function done() {
      withdraw();
      call.off('cancelled', done);
      resolve();
    }
    call.once('cancelled', done);
    if (call.cancelled) done();
  });
}
