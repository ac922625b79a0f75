import { setImmediate as turn } from 'node:timers/promises';
import type { Batch, StoredEvent } from '@cytoledger/event-store';
import type { Outgoing } from './outgoing.ts';

export type Limits = {
  /** Of one transaction. */
  readonly events: number;
  readonly bytes: number;
  /** Of one partition in it: a broker refuses a batch above `message.max.bytes`, 1 MB unless configured. */
  readonly partitionBytes: number;
};

export const LIMITS: Limits = { events: 6_000, bytes: 12 * 1024 * 1024, partitionBytes: 900_000 };

/** Whoever else runs in this process, commands above all, gets its turn after so many events. */
const TURN = 64;
/** Milliseconds for which more is waited for where the log goes on: what a transaction costs beside its records does not depend on their number. */
const LINGER = 250;

/**
 * What stands behind in the log, cut into transactions: the next one fills while the one before is on its way, and no more than one is ever held.
 * Whoever takes gets all there is by then: at once where that is all that the log has, else as much as fits.
 */
export class Gathering {
  readonly #limits: Limits;
  #held: Outgoing[] = [];
  #bytes = 0;
  readonly #partitions = new Map<string, number>();
  #failure: { readonly error: unknown } | undefined;
  #ended = false;
  /** Whether what is held may go. */
  #isReady = false;
  #lingering: NodeJS.Timeout | undefined;
  #filled = gate();
  #emptied = gate();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** The oldest that is held. */
  get first(): Outgoing | undefined {
    return this.#held[0];
  }

  /** Follows the log until it ends, or what is given cannot be made ready. Never rejects: who takes is told. */
  async follow(log: AsyncIterable<Batch>, ready: (event: StoredEvent) => Outgoing): Promise<void> {
    try {
      for await (const { events, caughtUp } of log) {
        for (const [n, event] of events.entries()) {
          if (n % TURN === TURN - 1) await turn();
          const next = ready(event);
          while (!this.#fits(next) && !this.#ended) {
            this.#release();
            await this.#emptied.opened;
          }
          if (this.#ended) return;
          this.#hold(next);
        }
        if (caughtUp) this.#release();
      }
    } catch (error) {
      this.#failure = { error };
    } finally {
      this.#ended = true;
      this.#filled.open();
    }
  }

  /**
   * All that is held, once there is any; nothing when the log has ended.
   *
   * @throws what the log or the making ready threw, after everything before it was taken
   */
  async take(): Promise<readonly Outgoing[]> {
    while (!(this.#isReady && this.#held.length > 0) && !this.#ended) await this.#filled.opened;
    clearTimeout(this.#lingering);
    const taken = this.#held;
    if (taken.length === 0 && this.#failure) throw this.#failure.error;
    this.#held = [];
    this.#bytes = 0;
    this.#partitions.clear();
    this.#isReady = false;
    this.#filled = gate();
    this.#emptied.open();
    this.#emptied = gate();
    return taken;
  }

  end(): void {
    clearTimeout(this.#lingering);
    this.#ended = true;
    this.#emptied.open();
    this.#filled.open();
  }

  #hold(next: Outgoing): void {
    const place = placeOf(next);
    if (this.#held.length === 0) this.#lingering = setTimeout(() => this.#release(), LINGER);
    this.#held.push(next);
    this.#bytes += next.bytes;
    this.#partitions.set(place, (this.#partitions.get(place) ?? 0) + next.bytes);
  }

  #release(): void {
    this.#isReady = this.#held.length > 0;
    if (this.#isReady) this.#filled.open();
  }

  #fits(next: Outgoing): boolean {
    if (this.#held.length === 0) return true;
    const { events, bytes, partitionBytes } = this.#limits;
    if (this.#held.length >= events || this.#bytes + next.bytes > bytes) return false;
    return (this.#partitions.get(placeOf(next)) ?? 0) + next.bytes <= partitionBytes;
  }
}

function placeOf({ message: { topic, partition } }: Outgoing): string {
  return `${topic} ${partition}`;
}

type Gate = { readonly opened: Promise<void>; open(): void };

function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
