/** How often and how patiently something is tried again. Every event carries an id of its sender's: sending it again stores nothing twice. */
export type RetryPolicy = {
  /** Attempts in all, at least 1. */
  readonly attempts: number;
  /** Longest wait before the second attempt, ms; doubles from attempt to attempt. */
  readonly baseMs: number;
  /** No wait is longer, ms; a Retry-After beyond it is cut to it. */
  readonly maxMs: number;
};

export const DEFAULT_RETRY: RetryPolicy = { attempts: 6, baseMs: 200, maxMs: 15_000 };

export const NO_RETRY: RetryPolicy = { attempts: 1, baseMs: 0, maxMs: 0 };

/**
 * Wait before the next attempt, ms: exponential with full jitter, so that many senders that lost one link do not come back at once; never
 * sooner than the server has asked for.
 *
 * @param attempt the one that has just failed, from 1
 * @param random from 0 to below 1
 */
export function waitBefore(attempt: number, policy: RetryPolicy, retryAfterMs: number | undefined, random: number): number {
  const ceiling = Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1));
  const jittered = random * ceiling;
  return retryAfterMs === undefined ? jittered : Math.min(policy.maxMs, retryAfterMs + jittered);
}

/** Retry-After (RFC 9110 §10.2.3): seconds, or a date. Undefined when absent or unreadable. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Answers after which the same request may succeed: the platform's own "not now", and a proxy that lost it. Never a 4xx. */
export function mayRetry(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}
