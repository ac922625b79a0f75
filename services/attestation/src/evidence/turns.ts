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
        {
          status: 503,
          code: 'busy',
          title: { en: 'Busy', zh: '繁忙' },
          detail: { en: `${this.#most} of these are going on already.`, zh: `已有 ${this.#most} 项正在进行。` },
        },
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
