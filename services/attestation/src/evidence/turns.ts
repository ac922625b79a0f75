import { Refusal } from '@cytoledger/service-kit';

/** Lets so many do something at a time and sends the others away, so that memory has a bound. */
export class Turns {
  readonly #most: number;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @returns to be called when it is done; again does nothing
   * @throws Refusal `busy`
   */
  begin(): () => void {
    if (this.#taken >= this.#most)
      throw new Refusal(
        { status: 503, code: 'busy', title: 'Busy', detail: `${this.#most} of these are going on already.` },
        { 'retry-after': '1' },
      );
    this.#taken++;
    let isDone = false;
    return () => {
      if (!isDone) this.#taken--;
      isDone = true;
    };
  }
}
