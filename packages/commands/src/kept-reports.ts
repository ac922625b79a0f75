import { timeOfId } from './prepared.ts';

/** So many ids are remembered; beyond it, all older ones are looked for in the log again. */
const REMEMBERED = 50_000;

/**
 * Which ids may stand in an unreconciled report: what this process kept, and whatever is older than what it knows of. Anything else costs
 * no look into the log.
 */
export class KeptReports {
  readonly #kept = new Set<string>();
  readonly #now: () => number;
  #knownSince: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#knownSince = now();
  }

  add(stream: string, id: string): void {
    if (this.#kept.size >= REMEMBERED) {
      this.#kept.clear();
      this.#knownSince = this.#now();
    }
    this.#kept.add(`${stream} ${id}`);
  }

  mayHold(stream: string, id: string): boolean {
    return timeOfId(id) < this.#knownSince || (this.#kept.size > 0 && this.#kept.has(`${stream} ${id}`));
  }
}
