import type streams from '@eventstore/db-client/generated/streams_pb.js';
import {
  comparePositions,
  EventStoreError,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type StoredEvent,
} from '../port.ts';
import { Backoff } from './backoff.ts';
import type { Connection } from './connection.ts';
import { mayPass, readError } from './failures.ts';
import type { Intake } from './intake.ts';
import { logPosition } from './log-position.ts';
import { Page } from './page.ts';
import { type RecordedEvent, storedEvent } from './recorded-event.ts';
import { type Direction, readAllRequest, readStreamRequest } from './requests.ts';

/** How long a read waits for a server that is silent or away before it fails, in milliseconds. */
export type Patience = { readonly readPatienceMs: number };

/**
 * In pages. Goes on where it was when the link broke.
 *
 * @throws EventStoreError with code `corrupt` where the server leaves out a revision, as it does with what it was told to forget.
 */
export async function* readStream(
  connection: Connection,
  stream: string,
  { from, direction = 'forwards', limit = Number.POSITIVE_INFINITY }: ReadStreamOptions,
  patience: Patience,
): AsyncGenerator<readonly StoredEvent[]> {
  const step = direction === 'forwards' ? 1 : -1;
  let next = from ?? (direction === 'forwards' ? 0 : undefined);
  // Backwards, `from` may lie beyond the head.
  let isExact = direction === 'forwards';
  let left = limit;
  const request = () =>
    left > 0 && (next === undefined || next >= 0) ? readStreamRequest(stream, { from: next, direction, limit: left }) : undefined;
  const accept = (recorded: RecordedEvent) => {
    const event = storedEvent(recorded);
    if (isExact && event.revision !== next) throw missing(stream, next, event.revision);
    isExact = true;
    next = event.revision + step;
    left--;
    return event;
  };
  yield* pages(connection, request, accept, patience);
  if (direction === 'backwards' && isExact && left > 0 && next !== undefined && next >= 0) throw missing(stream, next, 'none');
}

function missing(stream: string, wanted: number | undefined, found: number | 'none'): EventStoreError {
  return new EventStoreError('corrupt', `the server left out event ${wanted} of stream ${stream}; the next it gave is ${found}`, {
    stream,
  });
}

/** In pages, our streams only. Goes on where it was when the link broke. */
export async function* readAll(
  connection: Connection,
  { after, limit = Number.POSITIVE_INFINITY }: ReadAllOptions,
  patience: Patience,
): AsyncGenerator<readonly StoredEvent[]> {
  let last = after;
  let left = limit;
  const request = () => {
    if (left <= 0) return undefined;
    // A read begins with what stands at the position, which the reader has already.
    return last === undefined
      ? readAllRequest({ direction: 'forwards', limit: left })
      : readAllRequest({ from: logPosition(last), direction: 'forwards', limit: left + 1 });
  };
  const accept = (recorded: RecordedEvent) => {
    const event = storedEvent(recorded);
    if (left <= 0 || (last !== undefined && comparePositions(event.position, last) <= 0)) return undefined;
    last = event.position;
    left--;
    return event;
  };
  yield* pages(connection, request, accept, patience);
}

export async function readLast(connection: Connection, stream: string, patience: Patience): Promise<StoredEvent | undefined> {
  for await (const page of readStream(connection, stream, { direction: 'backwards', limit: 1 }, patience)) return page[0];
  return undefined;
}

/** Of the newest event in a stream of ours. Returns early, with nothing, when the signal is raised. */
export async function headPosition(
  connection: Connection,
  patience: Patience,
  signal?: AbortSignal,
): Promise<Position | undefined> {
  return (await oneOfAll(connection, 'backwards', patience, signal))?.position;
}

/** The first or the last event in a stream of ours. */
export async function oneOfAll(
  connection: Connection,
  direction: Direction,
  patience: Patience,
  signal?: AbortSignal,
): Promise<StoredEvent | undefined> {
  const request = () => readAllRequest({ direction, limit: 1 });
  for await (const page of pages(connection, request, storedEvent, patience, signal)) return page[0];
  return undefined;
}

async function* pages(
  connection: Connection,
  request: () => streams.ReadReq | undefined,
  accept: (event: RecordedEvent) => StoredEvent | undefined,
  patience: Patience,
  signal?: AbortSignal,
): AsyncGenerator<readonly StoredEvent[]> {
  const page = new Page();
  for await (const messages of messagesOf(connection, request, patience, signal)) {
    for (const message of messages) {
      const recorded = message.getEvent()?.getEvent();
      const event = recorded && accept(recorded);
      if (!event) continue;
      if (!page.fits(event)) yield page.take();
      page.add(event);
    }
  }
  if (!page.isEmpty) yield page.take();
}

/** The answer to a request, asked again from where it was after each failure that may pass, until patience ends. */
async function* messagesOf(
  connection: Connection,
  request: () => streams.ReadReq | undefined,
  { readPatienceMs }: Patience,
  signal: AbortSignal = connection.ending,
): AsyncGenerator<readonly streams.ReadResp[]> {
  const backoff = new Backoff();
  let giveUp = Date.now() + readPatienceMs;
  for (let asked = request(); asked; asked = request()) {
    let intake: Intake | undefined;
    const stop = () => intake?.fail(signal.reason);
    signal.addEventListener('abort', stop);
    try {
      intake = await connection.read(asked);
      for (;;) {
        const messages = await intake.take(readPatienceMs);
        if (messages.length === 0) return;
        yield messages;
        giveUp = Date.now() + readPatienceMs;
        backoff.succeeded();
      }
    } catch (error) {
      if (signal.aborted && !connection.ending.aborted) return;
      if (!mayPass(error) || Date.now() >= giveUp) throw readError(error);
    } finally {
      signal.removeEventListener('abort', stop);
      intake?.cancel();
    }
    await backoff.pause(signal);
  }
}
