import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { Backoff } from './backoff.ts';
import type { Connection } from './connection.ts';
import { mayPass, readError } from './failures.ts';
import type { Intake } from './intake.ts';

export type Arrival = {
  readonly messages: readonly streams.ReadResp[];
  /** Whether nothing else has come yet. */
  readonly drained: () => boolean;
};

export type FollowOptions = {
  /** Ends the following without an error, as closing the connection does. */
  readonly signal?: AbortSignal | undefined;
  /** How long to bear silence, or the server's absence, in milliseconds; for ever where undefined. Asked again and again. */
  readonly patienceMs?: () => number | undefined;
};

/**
 * What a subscription request brings, without end: when the link breaks or the server goes away, it is asked for again, by a request
 * that is made anew and so begins where the last one ended. Each beginning shows as a message that confirms the subscription.
 */
export async function* follow(
  connection: Connection,
  request: (signal: AbortSignal) => Promise<streams.ReadReq>,
  { signal: asked, patienceMs = () => undefined }: FollowOptions,
): AsyncGenerator<Arrival> {
  const signal = asked ? AbortSignal.any([connection.ending, asked]) : connection.ending;
  const backoff = new Backoff();
  let heard = Date.now();
  while (!signal.aborted) {
    let intake: Intake | undefined;
    const stop = () => intake?.fail(signal.reason);
    signal.addEventListener('abort', stop);
    try {
      intake = await connection.read(await request(signal));
      while (!signal.aborted) {
        const messages = await intake.take(patienceMs());
        if (signal.aborted || messages.length === 0) break;
        backoff.succeeded();
        heard = Date.now();
        yield { messages, drained: () => intake?.empty ?? true };
      }
    } catch (error) {
      if (signal.aborted) return;
      const patience = patienceMs();
      if (!mayPass(error) || (patience !== undefined && Date.now() - heard >= patience)) throw readError(error);
    } finally {
      signal.removeEventListener('abort', stop);
      intake?.cancel();
    }
    await backoff.pause(signal);
  }
}
