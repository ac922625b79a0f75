/** A check of the format page that failed. Which line it was is known to who reads lines. */
export class Refusal extends Error {
  /** @param {string} code @param {number | null} [line] where it is another file's */
  constructor(code, line = null) {
    super(code);
    this.code = code;
    this.line = line;
  }
}

/** @param {boolean} holds @param {string} code @returns {asserts holds} */
export function check(holds, code) {
  if (!holds) throw new Refusal(code);
}
