import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { handleClientStreamingCall, sendUnaryData } from '@grpc/grpc-js';
import type { Faults } from './faults.ts';
import type { Expected, Log, Outcome, ProposedEvent } from './log.ts';
import { proposedEvent, serverBusy, streamDeleted, streamName } from './messages.ts';
import type { Counts } from './read.ts';

export function appendCall(
  log: Log,
  faults: Faults,
  counts: Counts,
): handleClientStreamingCall<streams.AppendReq, streams.AppendResp> {
  return (call, answer) => {
    counts.requests++;
    let options: streams.AppendReq.Options | undefined;
    const events: ProposedEvent[] = [];
    call.on('data', (request: streams.AppendReq) => {
      options = request.getOptions() ?? options;
      const message = request.getProposedMessage();
      if (message) events.push(proposedEvent(message));
    });
    call.on('error', () => {});
    call.on('end', () => {
      // A call that broke off before its end has not been asked for; that it broke off may be known a turn after its last message.
      setImmediate(() => {
        if (!call.cancelled && options) void commit(log, faults, options, events, answer);
      });
    });
  };
}

async function commit(
  log: Log,
  faults: Faults,
  options: streams.AppendReq.Options,
  events: readonly ProposedEvent[],
  answer: sendUnaryData<streams.AppendResp>,
): Promise<void> {
  if (faults.takeBusy()) return answer(serverBusy());
  const stream = streamName(options.getStreamIdentifier());
  const outcome = log.append(stream, expectedOf(options), events);
  if (!(await faults.beforeAnswer())) return;
  if (outcome.kind === 'stream-deleted') answer(streamDeleted(stream));
  else answer(null, appendResponse(outcome, options));
}

/** Also of a delete and a tombstone, whose options name the expected revision in the same way. */
export function expectedOf(options: {
  hasRevision(): boolean;
  getRevision(): string;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
}): Expected {
  if (options.hasRevision()) return BigInt(options.getRevision());
  if (options.hasNoStream()) return 'no-stream';
  return options.hasStreamExists() ? 'stream-exists' : 'any';
}

function appendResponse(
  outcome: Exclude<Outcome, { kind: 'stream-deleted' }>,
  options: streams.AppendReq.Options,
): streams.AppendResp {
  if (outcome.kind === 'success') {
    const position = new streams.AppendResp.Position();
    position.setCommitPosition(outcome.position.toString());
    position.setPreparePosition(outcome.position.toString());
    const success = new streams.AppendResp.Success().setPosition(position);
    if (outcome.last < 0n) success.setNoStream(new shared.Empty());
    else success.setCurrentRevision(outcome.last.toString());
    return new streams.AppendResp().setSuccess(success);
  }
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (outcome.current === 'no-stream') wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(outcome.current.toString());
  if (options.hasRevision()) wrong.setExpectedRevision(options.getRevision());
  else if (options.hasNoStream()) wrong.setExpectedNoStream(new shared.Empty());
  else if (options.hasStreamExists()) wrong.setExpectedStreamExists(new shared.Empty());
  else wrong.setExpectedAny(new shared.Empty());
  return new streams.AppendResp().setWrongExpectedVersion(wrong);
}
