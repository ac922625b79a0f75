/** The end of the log as this process knows it, and those who wait for it to move. */
export class LogEnd {
  #head: number;
  #moved = Promise.withResolvers<void>();

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

  /** Resolves when the log's end has moved, or at {@link wake}. Ask before looking at the log, so that no move is missed. */
  moved(): Promise<void> {
    return this.#moved.promise;
  }

  wake(): void {
    const { resolve } = this.#moved;
    this.#moved = Promise.withResolvers();
    resolve();
  }
}
