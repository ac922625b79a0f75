/** Nothing of a request has left this process. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}
