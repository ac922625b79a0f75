import { setTimeout as delay } from 'node:timers/promises';

/** `cut`: the connection breaks; `silence`: nothing comes, and the connection stays. */
export type LostAnswer = 'cut' | 'silence';

/** What goes wrong on demand. Each armed fault strikes once, at the next append. */
export class Faults {
  /** Milliseconds by which every answer to an append is late. */
  appendDelay = 0;
  #lost: LostAnswer | undefined;
  #busy = 0;
  readonly #cut: () => void;

  constructor(cut: () => void) {
    this.#cut = cut;
  }

  /** The next append is committed, and its answer never arrives. */
  loseNextAnswer(how: LostAnswer): void {
    this.#lost = how;
  }

  /** The next appends are refused as by a server whose queue is full; nothing is stored. */
  refuseAppends(count = 1): void {
    this.#busy = count;
  }

  takeBusy(): boolean {
    return this.#busy > 0 && this.#busy-- > 0;
  }

  /** To be awaited between commit and answer; false when there must be no answer. */
  async beforeAnswer(): Promise<boolean> {
    if (this.appendDelay > 0) await delay(this.appendDelay);
    const lost = this.#lost;
    this.#lost = undefined;
    if (lost === 'cut') this.#cut();
    return lost === undefined;
  }
}
