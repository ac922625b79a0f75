export type ReadModelErrorCode =
  /** The position asked for is not in the log (yet): the caller holds a receipt of another log, or made it up. */
  | 'position-beyond-head'
  /** Not projected within the time allowed: ask again after `retryAfterMs`. */
  | 'not-yet'
  /** A moment before the log's first event was asked for. */
  | 'before-the-log'
  /** Not of the form that the log's positions or times have. */
  | 'invalid-moment'
  /** Projecting has stopped; the log says why. */
  | 'failed'
  | 'closed';

/** The one error of this package; `code` says which. */
export class ReadModelError extends Error {
  override readonly name = 'ReadModelError';
  readonly code: ReadModelErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ReadModelErrorCode, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}
