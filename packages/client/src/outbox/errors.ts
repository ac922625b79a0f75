export type OutboxErrorCode =
  /** Another process is sending from this folder. */
  | 'locked'
  /** No event of that id waits for a decision. */
  | 'not-waiting-for-decision'
  /** The event is larger than the platform takes. */
  | 'too-large'
  /** What was given to enqueue cannot be read. */
  | 'unreadable';

export class OutboxError extends Error {
  override readonly name = 'OutboxError';
  readonly code: OutboxErrorCode;

  constructor(code: OutboxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
