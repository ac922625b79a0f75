/** Something that the person at the keyboard can mend; its message is printed without a stack. */
export class Failure extends Error {
  /**
   * @param {string} code kebab-case
   * @param {string} message what is wrong and what to do about it
   */
  constructor(code, message) {
    super(message);
    this.name = 'Failure';
    this.code = code;
  }
}
