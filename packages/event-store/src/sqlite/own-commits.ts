import { beginsWithOneOf } from '../prefixes.ts';
import type { LogFilter } from './messages.ts';

/** Who is further behind than this reads the log. */
const KEPT = 8_192;

/**
 * What this process appended last. It is the log's one writer: whoever follows a part of the log learns from here, without reading, that
 * what came since is not theirs.
 */
export class OwnCommits {
  /** Of consecutive positions. */
  #streams: string[] = [];
  #types: string[] = [];
  #first = 0;

  add(position: number, stream: string, events: readonly { readonly type: string }[]): void {
    if (position !== this.#first + this.#types.length) this.#startAt(position);
    for (const { type } of events) {
      this.#streams.push(stream);
      this.#types.push(type);
    }
    if (this.#types.length > 2 * KEPT) this.#forgetOldest(this.#types.length - KEPT);
  }

  /** How far after this position nothing passes the filter; the position itself where that is not known. */
  passedBy(filter: LogFilter, position: number): number {
    const next = position + 1 - this.#first;
    if (next < 0) return position;
    let at = next;
    while (at < this.#types.length && !passes(filter, this.#streams[at]!, this.#types[at]!)) at++;
    return at === next ? position : this.#first + at - 1;
  }

  #startAt(position: number): void {
    this.#first = position;
    this.#streams = [];
    this.#types = [];
  }

  #forgetOldest(count: number): void {
    this.#first += count;
    this.#streams.splice(0, count);
    this.#types.splice(0, count);
  }
}

function passes({ streams, types }: LogFilter, stream: string, type: string): boolean {
  return beginsWithOneOf(stream, streams) && beginsWithOneOf(type, types);
}
