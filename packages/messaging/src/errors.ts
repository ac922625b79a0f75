export type MessagingErrorCode =
  /** Another process has opened a producer with the same id: this one may send no more. */
  | 'fenced'
  /** No broker answers, or not enough of them. */
  | 'unavailable'
  /** Credentials or rights are missing. */
  | 'not-authorised'
  /** One message is larger than the broker takes. */
  | 'message-too-large'
  /** Not an address, credential or setting that a broker can be reached with. */
  | 'invalid-configuration'
  /** No topic is meant for such a stream. */
  | 'no-topic'
  /** A message that is not one of this platform's CloudEvents; the message names the attribute. */
  | 'invalid-cloud-event'
  /** A CloudEvent whose body, header, leaf hash and attributes do not belong together. */
  | 'altered-cloud-event'
  /** Anything else that a broker refused. */
  | 'refused'
  | 'closed';

/** The one error of this package; `code` says which. */
export class MessagingError extends Error {
  readonly code: MessagingErrorCode;

  constructor(code: MessagingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MessagingError';
    this.code = code;
  }
}
