import type { Aggregate, Entry } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import { type Decided, decideOn } from './decision.ts';
import { entryOf, type Folded, foldWithCorrections } from './folded.ts';
import type { Prepared } from './prepared.ts';
import { Unread, type Wanted } from './reads.ts';

/**
 * Decides again about what is stored already, from what is stored: it waits for no queue, so no queue can wait for it. Other streams are read
 * once and held.
 */
export class CommittedSight {
  readonly #store: EventStore;
  readonly #eventsOf: ((stream: string) => Promise<number>) | undefined;
  readonly #folds = new Map<string, Folded>();
  readonly #events = new Map<string, Entry | null>();

  /** @param eventsOf how many events of another stream count, from its first; all where left out */
  constructor(store: EventStore, eventsOf?: (stream: string) => Promise<number>) {
    this.#store = store;
    this.#eventsOf = eventsOf;
  }

  /** Decides about an event that stands, or would stand, right behind `fold`. */
  async decide(prepared: Prepared, fold: Folded, nowMs: number): Promise<Decided> {
    for (;;) {
      try {
        return decideOn(prepared, fold, {
          nowMs,
          stream: (_aggregate, _id, stream) => this.#folds.get(stream),
          ownEvent: (id) => this.#events.get(id),
        });
      } catch (error) {
        if (!(error instanceof Unread)) throw error;
        await Promise.all(error.wanted.map((wanted) => this.#read(wanted, fold)));
      }
    }
  }

  async #read(wanted: Wanted, own: Folded): Promise<void> {
    if (wanted.kind === 'stream') {
      const limit = await this.#eventsOf?.(wanted.stream);
      const aggregate = wanted.aggregate as Aggregate<unknown>;
      this.#folds.set(wanted.stream, await foldWithCorrections(this.#store, aggregate, wanted.id, limit));
      return;
    }
    const stored = await this.#store.findById(own.stream, wanted.id);
    this.#events.set(wanted.id, stored ? entryOf(stored, own.corrections.get(wanted.id)) : null);
  }
}
