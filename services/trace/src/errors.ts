export type TraceErrorCode =
  /** Nothing of that name, or nothing that this viewer may know of. */
  | 'not-found'
  /** Known to the viewer, but this question about it is not theirs to ask. */
  | 'not-allowed'
  /** The question is not one that can be answered: which part, and why, is in the message. */
  | 'invalid-question';

/** The error of this service's questions; `code` says which. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly code: TraceErrorCode;

  constructor(code: TraceErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
