import { type EventStore, EventStoreError } from '../port.ts';
import { Connection } from './connection.ts';
import { messageOf } from './failures.ts';
import { KurrentEventStore } from './kurrent-event-store.ts';
import { oneOfAll } from './read.ts';
import { RetentionGuard } from './retention-guard.ts';

export type KurrentOptions = {
  /** How long an append waits for its acknowledgement, in milliseconds, before its outcome is unknown. Default: 10,000. */
  readonly appendDeadlineMs?: number;
  /** How long a read waits for a server that is silent or away, in milliseconds. A subscription waits for ever. Default: 5,000. */
  readonly readPatienceMs?: number;
  /** Bytes of appends on their way, above which a further one is `overloaded`. Default: 32 MiB. */
  readonly maxWaitingBytes?: number;
};

/**
 * The event log on a KurrentDB or EventStoreDB server (23.10 or newer) that serves nothing else.
 *
 * @param url a connection string of the server's own form, e.g. `esdb://admin:changeit@db:2113?tls=true`.
 * @throws EventStoreError with code `unsafe-configuration` when the url is not one, the server holds events of others, or anything
 *   there may be forgotten (`$maxAge`, `$maxCount`, `$tb`, a deleted stream); `overloaded` when no server answers.
 */
export async function openKurrentEventStore(url: string, options: KurrentOptions = {}): Promise<EventStore> {
  const settings = { appendDeadlineMs: 10_000, readPatienceMs: 5_000, maxWaitingBytes: 32 * 1024 * 1024, ...options };
  const connection = connect(url);
  try {
    // Throws where it is not one of ours.
    await oneOfAll(connection, 'forwards', settings);
    const guard = new RetentionGuard(connection, settings);
    await guard.passedOnce;
    guard.refuseUnsafe();
    return new KurrentEventStore(connection, guard, settings);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function connect(url: string): Connection {
  try {
    // The client knows the server's older name only.
    return new Connection(url.replace(/^kurrent(db)?(?=[+:])/, 'esdb'));
  } catch (error) {
    // The client quotes what it stumbles over, which may be a part of a password.
    const place = /at position \d+, expected .*/.exec(messageOf(error))?.[0] ?? 'it could not be parsed';
    throw new EventStoreError('unsafe-configuration', `not a connection string of KurrentDB: ${place}`);
  }
}
