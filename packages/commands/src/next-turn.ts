/** What is to be done in a later turn of the event loop, all of it together: one timer, not one for each. In order of asking. */
export class NextTurn {
  #due: (() => void)[] = [];

  run(task: () => void): void {
    if (this.#due.push(task) === 1) setImmediate(this.#runAll);
  }

  readonly #runAll = (): void => {
    const due = this.#due;
    this.#due = [];
    for (const task of due) task();
  };
}
