import type { Aggregate } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import { LRUCache } from 'lru-cache';
import type { RecordingClock } from './clock.ts';
import { type Folded, foldFromStore, streamName } from './folded.ts';

const FOLD_OVERHEAD_BYTES = 2000;
/** A fold that has grown by less is not measured again. */
const MEASURED_EVERY_BYTES = 2000;
/** One stream counts for at most this part of the budget: the longest of all is kept as well, or each command would read it again. */
const LARGEST_SHARE = 0.5;

/** Folded states, kept by bytes, caught up by reading only what is newer. */
export class Streams {
  readonly #store: EventStore;
  readonly #clock: RecordingClock;
  readonly #kept: LRUCache<string, Folded>;
  /** How large a fold was when it was measured last. */
  readonly #measured = new WeakMap<Folded, number>();
  readonly #loading = new Map<string, Promise<Folded>>();

  constructor(store: EventStore, clock: RecordingClock, maxBytes: number) {
    this.#store = store;
    this.#clock = clock;
    this.#kept = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (fold) => Math.min(fold.bytes + FOLD_OVERHEAD_BYTES, Math.max(1, Math.floor(maxBytes * LARGEST_SHARE))),
    });
  }

  /** What is held in memory, as of when it was last read or written here. */
  peek(stream: string): Folded | undefined {
    return this.#kept.get(stream);
  }

  /** At once where it is in memory. */
  load(aggregate: Aggregate<unknown>, id: string): Promise<Folded> | Folded {
    const stream = streamName(aggregate, id);
    return this.peek(stream) ?? this.#read(aggregate, id, stream);
  }

  /** Reads what was appended elsewhere since. Needed where several processes write one log. */
  async refresh(aggregate: Aggregate<unknown>, id: string): Promise<Folded> {
    return this.#read(aggregate, id, streamName(aggregate, id));
  }

  /** Keeps a fold that has grown, and measures it again when that tells. */
  keep(fold: Folded): void {
    const measured = this.#measured.get(fold);
    if (measured !== undefined && fold.bytes - measured < MEASURED_EVERY_BYTES && this.#kept.peek(fold.stream) === fold) return;
    this.#measured.set(fold, fold.bytes);
    // Setting the value that is there already does not measure it again.
    this.#kept.delete(fold.stream);
    this.#kept.set(fold.stream, fold);
  }

  /** Forgets a fold that no longer tells what the log says. */
  drop(stream: string): void {
    this.#kept.delete(stream);
  }

  /** Forgets a fold that holds events which were not stored: neither this cache nor a decision that holds it may use it. */
  spoil(fold: Folded): void {
    fold.spoiled = true;
    this.drop(fold.stream);
  }

  #read(aggregate: Aggregate<unknown>, id: string, stream: string): Promise<Folded> {
    const running = this.#loading.get(stream);
    if (running) return running;
    const held = this.peek(stream);
    const reading = foldFromStore(this.#store, aggregate, id, held)
      // Meanwhile its queue may have folded in what was not stored in the end.
      .then((fold) => (fold.spoiled ? foldFromStore(this.#store, aggregate, id) : fold))
      .then((fold) => {
        if (fold.head) this.#clock.saw(fold.head.recordedAt);
        this.keep(fold);
        return fold;
      })
      .finally(() => this.#loading.delete(stream));
    this.#loading.set(stream, reading);
    return reading;
  }
}
