import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { handleUnaryCall, ServiceError } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { expectedOf } from './append.ts';
import { type Expected, type Log, type Outcome, systemEvent, TOMBSTONE_REVISION } from './log.ts';
import { failure, streamDeleted, streamName } from './messages.ts';

/** The soft delete: metadata that hides every event there is. */
export function deleteCall(log: Log): handleUnaryCall<streams.DeleteReq, streams.DeleteResp> {
  return ({ request }, answer) => {
    const options = request.getOptions()!;
    const stream = streamName(options.getStreamIdentifier());
    const expected = expectedOf(options);
    const current = log.currentRevision(stream);
    if (typeof expected === 'bigint' && expected !== current) {
      return answer(wrongVersion(stream, expected, current < 0n ? 'no-stream' : current));
    }
    log.append(`$$${stream}`, 'any', [systemEvent('$metadata', `{"$tb":${TOMBSTONE_REVISION}}`)]);
    const position = new streams.DeleteResp.Position();
    position.setCommitPosition(log.records.at(-1)!.position.toString());
    position.setPreparePosition(log.records.at(-1)!.position.toString());
    answer(null, new streams.DeleteResp().setPosition(position));
  };
}

export function tombstoneCall(log: Log): handleUnaryCall<streams.TombstoneReq, streams.TombstoneResp> {
  return ({ request }, answer) => {
    const options = request.getOptions()!;
    const stream = streamName(options.getStreamIdentifier());
    const outcome: Outcome = log.tombstone(stream, expectedOf(options));
    if (outcome.kind === 'stream-deleted') return answer(streamDeleted(stream));
    if (outcome.kind === 'wrong-expected-version') return answer(wrongVersion(stream, expectedOf(options), outcome.current));
    const position = new streams.TombstoneResp.Position();
    position.setCommitPosition(outcome.position.toString());
    position.setPreparePosition(outcome.position.toString());
    answer(null, new streams.TombstoneResp().setPosition(position));
  };
}

function wrongVersion(stream: string, expected: Expected, current: bigint | 'no-stream'): ServiceError {
  return failure(status.FAILED_PRECONDITION, `Append failed due to WrongExpectedVersion. Stream: ${stream}`, {
    exception: 'wrong-expected-version',
    'stream-name': stream,
    'expected-version': typeof expected === 'bigint' ? expected.toString() : '-1',
    ...(current === 'no-stream' ? {} : { 'actual-version': current.toString() }),
  });
}
