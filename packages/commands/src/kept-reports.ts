import { timeOfId } from './prepared.ts';

/** So many ids are remembered; beyond it, all older ones are looked for in the log again. */
const REMEMBERED = 50_000;
/** Clocks of senders are taken to be ahead by no more, ms. */
const AHEAD_MS = 24 * 3_600_000;

/**
 * Which ids may stand in an unreconciled report: what this process kept, and whatever is older than what it knows of. Anything else costs
 * no look into the log.
 */
export class KeptReports {
  readonly #kept = new Set<string>();
  readonly #now: () => number;
  #knownSince: number;
  /** Latest time that an id of {@link #kept} begins with. */
  #latest = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#knownSince = now();
  }

  add(stream: string, id: string): void {
    if (this.#kept.size >= REMEMBERED) {
      this.#kept.clear();
      const now = this.#now();
      this.#knownSince = Math.max(this.#knownSince, now, Math.min(this.#latest + 1, now + AHEAD_MS));
      this.#latest = 0;
    }
    this.#latest = Math.max(this.#latest, timeOfId(id));
    this.#kept.add(`${stream} ${id}`);
  }

  mayHold(stream: string, id: string): boolean {
    return timeOfId(id) < this.#knownSince || (this.#kept.size > 0 && this.#kept.has(`${stream} ${id}`));
  }
}
