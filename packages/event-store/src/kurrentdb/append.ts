import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { type Appended, EventStoreError, type EventToAppend, type ExpectedRevision, type Position } from '../port.ts';
import type { Connection } from './connection.ts';
import { failureOf, messageOf } from './failures.ts';
import { positionFrom } from './log-position.ts';
import { type Patience, readLast, readStream } from './read.ts';
import { appendMessages } from './requests.ts';

const RETRY_AFTER_MS = 1000;

export type AppendTiming = Patience & { readonly appendDeadlineMs: number };

/** One append that was found to be within the rules. Events that already stand at these revisions are a success, as the first time. */
export async function append(
  connection: Connection,
  stream: string,
  expected: ExpectedRevision,
  events: readonly EventToAppend[],
  timing: AppendTiming,
): Promise<Appended> {
  const response = await send(connection, stream, expected, appendMessages(stream, expected, events), timing);
  if (!response.hasSuccess()) throw await conflict(connection, stream, expected, timing);
  const firstRevision = expected === 'none' ? 0 : expected + 1;
  const positions =
    onePosition(response, events.length) ?? (await positionsOf(connection, stream, firstRevision, events.length, timing));
  return { firstRevision, positions };
}

async function send(
  connection: Connection,
  stream: string,
  expected: ExpectedRevision,
  messages: readonly streams.AppendReq[],
  timing: AppendTiming,
): Promise<streams.AppendResp> {
  try {
    return await connection.append(messages, timing.appendDeadlineMs);
  } catch (error) {
    if (error instanceof EventStoreError) throw error;
    const refused = (code: ConstructorParameters<typeof EventStoreError>[0], why: string) =>
      new EventStoreError(code, `nothing was stored in ${stream}: ${why}`, { stream, expected, cause: error });
    switch (failureOf(error)) {
      case 'wrong-expected-revision':
        throw await conflict(connection, stream, expected, timing);
      case 'not-done':
        throw new EventStoreError('overloaded', `nothing was stored in ${stream}: ${messageOf(error)}`, {
          stream,
          retryAfterMs: RETRY_AFTER_MS,
          cause: error,
        });
      case 'stream-deleted':
        throw refused('unsafe-configuration', 'the stream was deleted on the server');
      case 'denied':
        throw refused('unsafe-configuration', 'the server does not let these credentials write');
      case 'too-large':
        throw refused('append-too-large', 'the server allows less at once than this log needs (MaxAppendSize, 1 MiB by default)');
      case 'invalid':
        throw refused('invalid-append', messageOf(error));
      case 'unknown':
        throw new EventStoreError(
          'outcome-unknown',
          `whether the events were stored in ${stream} is not known: ${messageOf(error)}`,
          {
            stream,
            expected,
            cause: error,
          },
        );
    }
  }
}

async function conflict(
  connection: Connection,
  stream: string,
  expected: ExpectedRevision,
  timing: AppendTiming,
): Promise<EventStoreError> {
  const actual = (await readLast(connection, stream, timing))?.revision ?? 'none';
  return new EventStoreError('wrong-expected-revision', `stream ${stream} is at ${actual}, not at ${expected}`, {
    stream,
    expected,
    actual,
  });
}

/** The server answers with the position of one event only, which is that of the whole append where it holds one. */
function onePosition(response: streams.AppendResp, events: number): readonly Position[] | undefined {
  const told = events === 1 ? response.getSuccess()?.getPosition() : undefined;
  const position = told && positionFrom(told.getCommitPosition(), told.getPreparePosition());
  return position && [position];
}

async function positionsOf(
  connection: Connection,
  stream: string,
  from: number,
  limit: number,
  timing: AppendTiming,
): Promise<readonly Position[]> {
  const positions: Position[] = [];
  try {
    for await (const page of readStream(connection, stream, { from, limit }, timing)) {
      positions.push(...page.map((event) => event.position));
    }
  } catch (error) {
    throw new EventStoreError(
      'outcome-unknown',
      `the events were stored in ${stream}, but reading them back failed: ${messageOf(error)}`,
      {
        stream,
        cause: error,
      },
    );
  }
  if (positions.length === limit) return positions;
  throw new EventStoreError(
    'corrupt',
    `of ${limit} events acknowledged in ${stream} from ${from}, ${positions.length} are there`,
    { stream },
  );
}
