/** The end of the log as this process knows it, and those who wait for it to move. */
export class LogEnd {
  readonly #waiting = new Set<() => void>();
  #head: number;

  constructor(head: number) {
    this.#head = head;
  }

  get head(): number {
    return this.#head;
  }

  advance(head: number): void {
    if (head <= this.#head) return;
    this.#head = head;
    this.wake();
  }

  wake(): void {
    for (const resume of this.#waiting) resume();
  }

  /** Resolves when the log goes beyond this position; at the latest at {@link wake}, when the signal is raised, or after `pollMs`. */
  beyond(position: number, signal?: AbortSignal, pollMs?: number): Promise<void> {
    if (this.#head > position || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const resume = () => {
        this.#waiting.delete(resume);
        signal?.removeEventListener('abort', resume);
        clearTimeout(timer);
        resolve();
      };
      const timer = pollMs === undefined ? undefined : setTimeout(resume, pollMs);
      this.#waiting.add(resume);
      signal?.addEventListener('abort', resume);
    });
  }
}
