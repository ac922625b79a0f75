import { type Batch, comparePositions, type Position, type StoredEvent, type SubscribeOptions } from '../port.ts';
import { beginsWithOneOf, isUnmentioned } from '../prefixes.ts';
import type { Connection } from './connection.ts';
import { type Arrival, follow } from './follow.ts';
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
  const { signal, streamPrefixes = [], typePrefixes = [], mentioning } = options;
  const wanted = ({ stream, type, body }: StoredEvent) =>
    beginsWithOneOf(stream, streamPrefixes) && beginsWithOneOf(type, typePrefixes) && !isUnmentioned(mentioning, type, body);
  const delivery = new Delivery(options.after, wanted);
  const request = async (ended: AbortSignal) => {
    delivery.begin(await headPosition(connection, patience, ended));
    return subscribeRequest(delivery.position && logPosition(delivery.position));
  };
  for await (const arrival of follow(connection, request, { signal })) {
    for (const batch of delivery.batches(arrival)) {
      yield batch;
      if (signal?.aborted) return;
    }
  }
}

/** Cuts what comes in into batches and knows how far they reach. */
class Delivery {
  position: Position | undefined;
  readonly #wanted: (event: StoredEvent) => boolean;
  #goal: Position | undefined;
  #live = false;

  constructor(after: Position | undefined, wanted: (event: StoredEvent) => boolean) {
    this.position = after;
    this.#wanted = wanted;
  }

  /** The head of the log before the subscription was made: whoever has come as far has caught up. */
  begin(head: Position | undefined): void {
    this.#goal = head;
    this.#live = false;
  }

  *batches({ messages, drained }: Arrival): Generator<Batch> {
    const page = new Page();
    let news = false;
    for (const message of messages) {
      const recorded = message.getEvent()?.getEvent();
      if (recorded) {
        const event = storedEvent(recorded);
        if (this.position !== undefined && comparePositions(event.position, this.position) <= 0) continue;
        if (this.#wanted(event)) {
          if (!page.fits(event)) yield { events: page.take(), position: this.position!, caughtUp: false };
          page.add(event);
        }
        this.position = event.position;
        news = true;
        this.#live ||= this.#reached();
      } else if (message.hasConfirmation() && this.#reached()) {
        // Nothing to catch up with is news by itself.
        this.#live = true;
        news = true;
      } else if (message.hasCaughtUp() && !this.#live) {
        this.#live = true;
        if (!this.#reached()) this.position = this.#goal;
        news = true;
      }
    }
    if (news && this.position !== undefined) {
      yield { events: page.take(), position: this.position, caughtUp: this.#live && drained() };
    }
  }

  #reached(): boolean {
    return this.#goal === undefined || (this.position !== undefined && comparePositions(this.position, this.#goal) >= 0);
  }
}
