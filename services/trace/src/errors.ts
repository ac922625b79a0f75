/** `not-found`: nothing of that name, or nothing that this viewer may know of. */
export type TraceErrorCode = 'not-found';

/** The error of this service's questions; `code` says which. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly code: TraceErrorCode;

  constructor(code: TraceErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
