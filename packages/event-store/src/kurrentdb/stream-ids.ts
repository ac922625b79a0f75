import type { StoredEvent } from '../port.ts';

const DEFAULT_LIMIT = 250_000;

type Ids = { readonly revisions: Map<string, number> /** All ids up to here are known; -1 when none is. */; known: number };

/**
 * The ids of events by stream. The server does not check our ids: events at the head are stored whatever their ids are. An append
 * at an exact revision can be checked here beforehand, since what stands below that revision never changes.
 */
export class StreamIds {
  readonly #streams = new Map<string, Ids>();
  readonly #limit: number;
  #size = 0;

  /** Keeps about so many ids, those of the streams used last. */
  constructor(limit = DEFAULT_LIMIT) {
    this.#limit = limit;
  }

  /** The newest revision up to which every id of the stream is known. */
  known(stream: string): number {
    return this.#streams.get(stream)?.known ?? -1;
  }

  revisionOf(stream: string, id: string): number | undefined {
    return this.#streams.get(stream)?.revisions.get(id);
  }

  /** Events that follow what is known; others are passed over. */
  learn(stream: string, events: Iterable<Pick<StoredEvent, 'id' | 'revision'>>): void {
    const ids = this.#streams.get(stream) ?? { revisions: new Map<string, number>(), known: -1 };
    const before = ids.revisions.size;
    for (const { id, revision } of events) {
      if (revision !== ids.known + 1) continue;
      ids.known = revision;
      if (!ids.revisions.has(id)) ids.revisions.set(id, revision);
    }
    if (ids.known < 0) return;
    this.#size += ids.revisions.size - before;
    this.#streams.delete(stream);
    this.#streams.set(stream, ids);
    this.#evict();
  }

  #evict(): void {
    for (const [stream, ids] of this.#streams) {
      if (this.#size <= this.#limit || this.#streams.size === 1) return;
      this.#streams.delete(stream);
      this.#size -= ids.revisions.size;
    }
  }
}
