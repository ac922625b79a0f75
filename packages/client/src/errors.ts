/** What stops a request before the platform has answered it, or what is wrong with the request itself. */
export type ClientErrorCode =
  /** No answer after every attempt. Whether it was recorded is unknown; sending the same event again is safe and tells. */
  | 'unreachable'
  /** Something answered that is no Cytoledger, or cut its answer short. */
  | 'unreadable-answer'
  /** The caller's signal ended it. */
  | 'aborted'
  /** This platform takes no such event, or asks for a value of the path that the data does not hold. */
  | 'no-route'
  /** One line of many is larger than {@link MAX_LINE_BYTES}. */
  | 'line-too-large'
  /** A personal field of a signed content is not where the fact says, or the content names a type that is not known. */
  | 'unsignable';

export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
