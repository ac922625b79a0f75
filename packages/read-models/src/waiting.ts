import { comparePositions, type Position } from '@cytoledger/event-store';

type Waiter = { readonly position: Position; readonly resolve: () => void };

/** Those who wait until a position has been projected. */
export class Waiting {
  readonly #waiters = new Set<Waiter>();

  /** Resolves true when `position` was reached, false when time or patience ran out before. */
  async until(position: Position, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiter: Waiter = { position, resolve: () => resolve(true) };
    this.#waiters.add(waiter);
    const giveUp = () => resolve(false);
    const timer = setTimeout(giveUp, timeoutMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted) giveUp();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      this.#waiters.delete(waiter);
    }
  }

  reached(position: Position): void {
    for (const waiter of this.#waiters) if (comparePositions(waiter.position, position) <= 0) waiter.resolve();
  }
}
