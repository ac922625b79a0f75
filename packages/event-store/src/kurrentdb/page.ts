import type { StoredEvent } from '../port.ts';

const MAX_BYTES = 1024 * 1024;
const MAX_EVENTS = 500;

/** Events on their way to a reader, at most 1 MiB of them together. */
export class Page {
  #events: StoredEvent[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  fits(event: StoredEvent): boolean {
    return this.#events.length === 0 || (this.#events.length < MAX_EVENTS && this.#bytes + bytesOf(event) <= MAX_BYTES);
  }

  add(event: StoredEvent): void {
    this.#events.push(event);
    this.#bytes += bytesOf(event);
  }

  take(): readonly StoredEvent[] {
    const events = this.#events;
    this.#events = [];
    this.#bytes = 0;
    return events;
  }
}

function bytesOf(event: StoredEvent): number {
  return event.header.byteLength + event.body.byteLength;
}
