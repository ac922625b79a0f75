type Waiter = { readonly holds: () => boolean; readonly resolve: (held: boolean) => void };

/** Those who wait until something holds. */
export class Waiting {
  readonly #waiters = new Set<Waiter>();

  /** Resolves true when it held, false when time or patience ran out before. */
  async until(holds: () => boolean, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    if (holds()) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiter: Waiter = { holds, resolve };
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

  /** Something has changed. */
  look(): void {
    for (const { holds, resolve } of this.#waiters) if (holds()) resolve(true);
  }
}
