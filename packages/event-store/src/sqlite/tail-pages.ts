import type { StoredEvent } from '../port.ts';
import type { PackedPage } from './messages.ts';
import { unpackPage } from './stored-page.ts';

export type LogPage = {
  readonly events: readonly StoredEvent[];
  readonly reached: number;
  readonly end: boolean;
};

/** A subscriber that is this many pages late reads for itself. */
const KEPT = 4;

/** The newest pages of the log, read once for all who follow it. What stands in the log never changes, so a page stays true. */
export class TailPages {
  readonly #read: (after: number) => Promise<PackedPage>;
  readonly #pages = new Map<number, Promise<LogPage>>();

  constructor(read: (after: number) => Promise<PackedPage>) {
    this.#read = read;
  }

  after(position: number): Promise<LogPage> {
    const known = this.#pages.get(position);
    if (known) return known;
    const page = this.#fetch(position);
    this.#pages.set(position, page);
    if (this.#pages.size > KEPT) this.#pages.delete(this.#pages.keys().next().value!);
    return page;
  }

  async #fetch(position: number): Promise<LogPage> {
    try {
      const page = await this.#read(position);
      // Only a page without news can be told something else later.
      if (page.events === 0) this.#pages.delete(position);
      return { events: unpackPage(page), reached: page.reached, end: page.end };
    } catch (error) {
      this.#pages.delete(position);
      throw error;
    }
  }
}
