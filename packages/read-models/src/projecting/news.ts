/** The log of another process, or one whose movements nobody tells, is looked at again after so long. */
const POLL_MS = 1_000;
/** After work, a projector rests so many times as long as that took, so that under load it takes few and large bites, and a small share. */
const REST_SHARE = 10;
const LONGEST_REST_MS = 1_000;

/** Word that the log has moved, and how soon somebody wants to read of it. */
export class News {
  #told = false;
  #urgent = false;
  #wake = Promise.withResolvers<void>();

  /** The log may have grown. */
  tell(): void {
    this.#told = true;
    this.#wake.resolve();
  }

  /** Somebody waits for what was recorded. */
  hurry(): void {
    this.#urgent = true;
    this.tell();
  }

  get isUrgent(): boolean {
    return this.#urgent;
  }

  /** What was told until now is about to be looked at. */
  taken(): void {
    this.#told = false;
    this.#urgent = false;
  }

  /**
   * Resolves when it is time to look at the log again.
   *
   * @param workedMs how long the look before took
   */
  async next(workedMs: number): Promise<void> {
    const rested = performance.now() + Math.min(workedMs * REST_SHARE, LONGEST_REST_MS);
    const polled = performance.now() + POLL_MS;
    while (!this.#urgent) {
      const left = (this.#told ? rested : polled) - performance.now();
      if (left <= 0) return;
      await this.#wakeOr(left);
    }
  }

  async #wakeOr(ms: number): Promise<void> {
    this.#wake = Promise.withResolvers();
    const timer = setTimeout(this.#wake.resolve, ms);
    await this.#wake.promise;
    clearTimeout(timer);
  }
}
