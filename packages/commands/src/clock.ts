import { CommandError } from './errors.ts';

/** How far the own clock may be behind the newest recorded event before writing stops (ARCHITECTURE.md, "Time"). */
export const CLOCK_TOLERANCE_MS = 2000;

let last = { ms: 0, text: '1970-01-01T00:00:00.000Z' };

/** UTC with milliseconds. Many events fall into one millisecond. */
export function timestampOf(ms: number): string {
  if (last.ms !== ms) last = { ms, text: new Date(ms).toISOString() };
  return last.text;
}

/**
 * `recordedAt` = the later of the own clock and the newest `recordedAt` read or written. Never decreases.
 */
export class RecordingClock {
  readonly #now: () => number;
  #newest = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Takes note of a time that was read from the log. */
  saw(recordedAt: string): void {
    const at = Date.parse(recordedAt);
    if (at > this.#newest) this.#newest = at;
  }

  /** Own clock, in ms; for rules about now. */
  now(): number {
    return Math.max(this.#now(), this.#newest);
  }

  /** How far the own clock is behind, in ms; 0 when it is not. */
  behind(): number {
    return Math.max(0, this.#newest - this.#now());
  }

  /** @throws CommandError `clock-behind` when the own clock is more than {@link CLOCK_TOLERANCE_MS} behind. */
  next(): string {
    const behind = this.behind();
    if (behind > CLOCK_TOLERANCE_MS) {
      throw new CommandError(
        'clock-behind',
        `this computer's clock is ${behind} ms behind the newest recorded event; writing waits`,
        {
          retryAfterMs: Math.min(behind, 60_000),
        },
      );
    }
    this.#newest = this.now();
    return timestampOf(this.#newest);
  }
}
