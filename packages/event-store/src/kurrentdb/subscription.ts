import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { type Batch, comparePositions, type Position, type SubscribeOptions } from '../port.ts';
import { Backoff } from './backoff.ts';
import type { Connection } from './connection.ts';
import { passes, readError } from './failures.ts';
import type { Intake } from './intake.ts';
import { logPosition } from './log-position.ts';
import { Page } from './page.ts';
import { headPosition, type Patience } from './read.ts';
import { storedEvent } from './recorded-event.ts';
import { subscribeRequest } from './requests.ts';

/**
 * Catch-up, then live. When the link breaks or the server goes away, it comes back as often as it takes and goes on after the last
 * position that was delivered. Prefixes are checked here, not by the server, which would tell of what it held back only every 32
 * events: a reader that waits for a position must see it pass at once.
 */
export async function* subscribe(connection: Connection, options: SubscribeOptions, patience: Patience): AsyncGenerator<Batch> {
  const { signal, streamPrefixes: prefixes = [] } = options;
  const wanted = (stream: string) => prefixes.length === 0 || prefixes.some((prefix) => stream.startsWith(prefix));
  const ended = () => connection.closed || signal?.aborted === true;
  const backoff = new Backoff();
  const delivery = new Delivery(options.after, wanted);
  while (!ended()) {
    let intake: Intake | undefined;
    const stop = () => intake?.fail(signal?.reason);
    signal?.addEventListener('abort', stop);
    try {
      delivery.goal(await headPosition(connection, patience));
      intake = await connection.read(subscribeRequest(delivery.position && logPosition(delivery.position)));
      yield* delivery.atOnce();
      for (;;) {
        if (ended()) return;
        const messages = await intake.take();
        if (ended() || messages.length === 0) break;
        backoff.succeeded();
        for (const batch of delivery.batches(messages, () => intake?.empty ?? true)) {
          yield batch;
          if (ended()) return;
        }
      }
    } catch (error) {
      if (ended()) return;
      if (!passes(error) && !isAway(error)) throw readError(error);
    } finally {
      signal?.removeEventListener('abort', stop);
      intake?.cancel();
    }
    if (!ended()) await backoff.pause(signal);
  }
}

/** The look at the head that precedes a subscription has given up on a server that is away. */
function isAway(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'overloaded';
}

/** Cuts what comes in into batches and knows how far they reach. */
class Delivery {
  position: Position | undefined;
  readonly #wanted: (stream: string) => boolean;
  #goal: Position | undefined;
  #live = false;

  constructor(after: Position | undefined, wanted: (stream: string) => boolean) {
    this.position = after;
    this.#wanted = wanted;
  }

  /** The head of the log before the subscription was made: whoever has come as far has caught up. */
  goal(head: Position | undefined): void {
    this.#goal = head;
    this.#live = false;
  }

  /** Nothing to catch up with: that is news by itself. */
  *atOnce(): Generator<Batch> {
    this.#look();
    if (this.#live && this.position !== undefined) yield { events: [], position: this.position, caughtUp: true };
  }

  *batches(messages: readonly streams.ReadResp[], drained: () => boolean): Generator<Batch> {
    const page = new Page();
    let news = false;
    for (const message of messages) {
      const recorded = message.getEvent()?.getEvent();
      if (recorded) {
        const event = storedEvent(recorded);
        if (this.position !== undefined && comparePositions(event.position, this.position) <= 0) continue;
        if (this.#wanted(event.stream)) {
          if (!page.fits(event)) yield { events: page.take(), position: this.position!, caughtUp: false };
          page.add(event);
        }
        this.position = event.position;
        news = true;
        this.#look();
      } else if (message.hasCaughtUp() && !this.#live) {
        this.#live = true;
        if (this.#goal !== undefined && !this.#reached()) this.position = this.#goal;
        news = this.position !== undefined;
      }
    }
    if (news && this.position !== undefined) {
      yield { events: page.take(), position: this.position, caughtUp: this.#live && drained() };
    }
  }

  #look(): void {
    if (this.#reached()) this.#live = true;
  }

  #reached(): boolean {
    return this.#goal === undefined || (this.position !== undefined && comparePositions(this.position, this.#goal) >= 0);
  }
}
