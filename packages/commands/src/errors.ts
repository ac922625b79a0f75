import { EventStoreError } from '@cytoledger/event-store';

/** What stops a command without deciding it. Nothing was recorded, unless the code says that this is unknown. */
export type CommandErrorCode =
  /** The store's queue is full, or its process is starting: try again after `retryAfterMs`. */
  | 'overloaded'
  /** Others kept changing what the decision reads; try again. */
  | 'contention'
  /** The outcome could not be learned; sending the same event again is safe and tells. */
  | 'outcome-unknown'
  /** The store refuses writes, or the platform is stopping. */
  | 'unavailable'
  /** The own clock is behind the newest recorded event. */
  | 'clock-behind';

export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: CommandErrorCode;
  readonly retryAfterMs: number;

  constructor(code: CommandErrorCode, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? 1000;
  }
}

/** What the store's failure means to who sent the command. */
export function asCommandError(error: unknown): unknown {
  if (!(error instanceof EventStoreError)) return error;
  const { code, message, details } = error;
  if (code === 'overloaded') {
    return new CommandError('overloaded', message, {
      cause: error,
      ...(details.retryAfterMs !== undefined && { retryAfterMs: details.retryAfterMs }),
    });
  }
  if (code === 'outcome-unknown') return new CommandError('outcome-unknown', message, { cause: error });
  if (code === 'read-only' || code === 'closed')
    return new CommandError('unavailable', message, { cause: error, retryAfterMs: 10_000 });
  return error;
}
