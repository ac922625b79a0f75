import { setTimeout as delay } from 'node:timers/promises';

const FIRST_MS = 50;
const LONGEST_MS = 5_000;

/** Longer and longer pauses between tries, with a random part so that many clients do not come back at once. */
export class Backoff {
  #failures = 0;

  succeeded(): void {
    this.#failures = 0;
  }

  /** Returns early, without an error, when the signal is raised. */
  async pause(signal?: AbortSignal): Promise<void> {
    const longest = Math.min(FIRST_MS * 2 ** this.#failures++, LONGEST_MS);
    await delay(longest * (0.5 + Math.random() / 2), undefined, signal && { signal }).catch(() => {});
  }
}
