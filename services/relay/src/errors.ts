export type RelayErrorCode = 'other-log' | 'other-history' | 'other-partitions' | 'unreadable-checkpoint';

/** Topics and log do not belong together: a person has to decide. */
export class RelayError extends Error {
  readonly code: RelayErrorCode;

  constructor(code: RelayErrorCode, message: string) {
    super(message);
    this.name = 'RelayError';
    this.code = code;
  }
}
