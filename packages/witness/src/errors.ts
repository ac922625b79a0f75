/** Every reason for which a witness or monitor does not start, or goes on without doing what it was asked. */
export type WitnessErrorCode =
  // the folder
  | 'exists'
  | 'invalid-key-file'
  | 'state-missing'
  | 'state-damaged'
  | 'state-of-another-log'
  | 'in-use'
  // what it is told
  | 'invalid-log'
  // the log's answers
  | 'unreachable'
  | 'refused'
  | 'unverifiable';

export class WitnessError extends Error {
  override readonly name = 'WitnessError';
  readonly code: WitnessErrorCode;

  constructor(code: WitnessErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
