import codes from '@eventstore/db-client/generated/code_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Faults } from './faults.ts';
import type { Expected, Log, Outcome, ProposedEvent } from './log.ts';
import { proposedEvent, streamName, uuidText } from './messages.ts';

type Pending = { readonly options: streams.BatchAppendReq.Options; readonly events: ProposedEvent[] };

/** One long call that carries many appends, told apart by their correlation id. */
export function batchAppendCall(
  log: Log,
  faults: Faults,
): handleBidiStreamingCall<streams.BatchAppendReq, streams.BatchAppendResp> {
  return (call) => {
    const pending = new Map<string, Pending>();
    call.on('error', () => {});
    call.on('end', () => call.end());
    call.on('data', async (request: streams.BatchAppendReq) => {
      const correlation = uuidText(request.getCorrelationId());
      const options = request.getOptions();
      const append = pending.get(correlation) ?? (options && { options, events: [] });
      if (!append) return;
      pending.set(correlation, append);
      append.events.push(...request.getProposedMessagesList().map(proposedEvent));
      if (!request.getIsFinal()) return;
      pending.delete(correlation);
      const stream = streamName(append.options.getStreamIdentifier());
      const outcome = log.append(stream, expectedOf(append.options), append.events);
      if (!(await faults.beforeAnswer()) || call.cancelled) return;
      const response = new streams.BatchAppendResp()
        .setCorrelationId(new shared.UUID().setString(correlation))
        .setStreamIdentifier(append.options.getStreamIdentifier());
      if (outcome.kind === 'success') response.setSuccess(successOf(outcome));
      else response.setError(errorOf(outcome, append.options));
      call.write(response);
    });
  };
}

function expectedOf(options: streams.BatchAppendReq.Options): Expected {
  if (options.hasStreamPosition()) return BigInt(options.getStreamPosition());
  if (options.hasNoStream()) return 'no-stream';
  return options.hasStreamExists() ? 'stream-exists' : 'any';
}

function successOf({ last, position }: Extract<Outcome, { kind: 'success' }>): streams.BatchAppendResp.Success {
  const success = new streams.BatchAppendResp.Success();
  if (last < 0n) success.setNoStream(new empty.Empty());
  else success.setCurrentRevision(last.toString());
  const all = new shared.AllStreamPosition();
  all.setCommitPosition(position.toString());
  all.setPreparePosition(position.toString());
  return success.setPosition(all);
}

function errorOf(outcome: Exclude<Outcome, { kind: 'success' }>, options: streams.BatchAppendReq.Options): statuses.Status {
  const status = new statuses.Status();
  const details = new any.Any();
  if (outcome.kind === 'stream-deleted') {
    const deleted = new shared.StreamDeleted().setStreamIdentifier(options.getStreamIdentifier());
    details.pack(deleted.serializeBinary(), 'event_store.client.StreamDeleted');
    status.setCode(codes.Code.FAILED_PRECONDITION);
  } else {
    const wrong = new shared.WrongExpectedVersion();
    if (outcome.current === 'no-stream') wrong.setCurrentNoStream(new empty.Empty());
    else wrong.setCurrentStreamRevision(outcome.current.toString());
    if (options.hasStreamPosition()) wrong.setExpectedStreamPosition(options.getStreamPosition());
    else if (options.hasNoStream()) wrong.setExpectedNoStream(new empty.Empty());
    else if (options.hasStreamExists()) wrong.setExpectedStreamExists(new empty.Empty());
    else wrong.setExpectedAny(new empty.Empty());
    details.pack(wrong.serializeBinary(), 'event_store.client.WrongExpectedVersion');
    status.setCode(codes.Code.ALREADY_EXISTS);
  }
  return status.setMessage(outcome.kind).setDetails(details);
}
