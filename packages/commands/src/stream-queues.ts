import type { Aggregate } from '@cytoledger/domain';
import type { Engine } from './engine.ts';
import { StreamQueue } from './stream-queue.ts';
import type { Work } from './work.ts';

/** Idle ones that are kept; some 400 bytes each. */
const KEPT = 2_048;

/**
 * The queues of the streams that something is sent to. An idle one waits for what comes next, and is forgotten together with all other idle ones:
 * a Map that is deleted from makes itself a new table every so often, and the old one goes on pointing to the new one. Once such a table is
 * among V8's old objects, everything that was ever in a later one is copied there too, until the next full collection.
 */
export class StreamQueues {
  readonly #engine: Engine;
  readonly #whenIdle: () => void;
  #queues = new Map<string, StreamQueue>();
  #running = 0;
  #most = KEPT;

  /** @param whenIdle called each time the last one has nothing left to do */
  constructor(engine: Engine, whenIdle: () => void) {
    this.#engine = engine;
    this.#whenIdle = whenIdle;
  }

  get isIdle(): boolean {
    return this.#running === 0;
  }

  /** Undefined only where nothing is on its way to this stream. */
  get(stream: string): StreamQueue | undefined {
    return this.#queues.get(stream);
  }

  push(work: Work): void {
    const { stream, fact, target } = work.prepared;
    let queue = this.#queues.get(stream);
    if (!queue) {
      if (this.#queues.size >= this.#most) this.#forgetIdle();
      queue = new StreamQueue(this.#engine, fact.aggregate as Aggregate<unknown>, target, stream, this.#ended);
      this.#queues.set(stream, queue);
    }
    if (!queue.isRunning) this.#running++;
    queue.push(work);
  }

  readonly #ended = (): void => {
    this.#running--;
    if (this.isIdle) this.#whenIdle();
  };

  #forgetIdle(): void {
    this.#queues = new Map([...this.#queues].filter(([, queue]) => queue.isRunning));
    this.#most = Math.max(KEPT, 2 * this.#queues.size);
  }
}
