import type { Mentioning } from '../port.ts';
import { beginsWithOneOf, isUnmentioned } from '../prefixes.ts';
import type { LogFilter } from './messages.ts';

/** Who is further behind than this reads the log. */
const KEPT = 8_192;
/** One bit each; who comes later reads the log. */
const MOST_WATCHED = 30;

type Appended = { readonly type: string; readonly body: Uint8Array };

/**
 * What this process appended last. It is the log's one writer: whoever follows a part of the log learns from here, without reading, that
 * what came since is not theirs.
 */
export class OwnCommits {
  /** Of consecutive positions. */
  #streams: string[] = [];
  #types: string[] = [];
  /** Bit n: it lacks what {@link #watched} n asks for. */
  #lacking: number[] = [];
  readonly #watched: Mentioning[] = [];
  #first = 0;

  /** What is appended from now on is looked at for this. */
  watch(mentioning: Mentioning): void {
    if (this.#watched.length < MOST_WATCHED) this.#watched.push(mentioning);
  }

  add(position: number, stream: string, events: readonly Appended[]): void {
    if (position !== this.#first + this.#types.length) this.#startAt(position);
    for (const { type, body } of events) {
      this.#streams.push(stream);
      this.#types.push(type);
      this.#lacking.push(this.#watched.reduce((bits, each, n) => bits | (isUnmentioned(each, type, body) ? 1 << n : 0), 0));
    }
    if (this.#types.length > 2 * KEPT) this.#forgetOldest(this.#types.length - KEPT);
  }

  /** How far after this position nothing passes the filter; the position itself where that is not known. */
  passedBy(filter: LogFilter, position: number): number {
    const next = position + 1 - this.#first;
    if (next < 0) return position;
    const watched = filter.mentioning ? this.#watched.indexOf(filter.mentioning) : -1;
    const lacks = watched < 0 ? 0 : 1 << watched;
    let at = next;
    while (
      at < this.#types.length &&
      !((this.#lacking[at]! & lacks) === 0 && passes(filter, this.#streams[at]!, this.#types[at]!))
    )
      at++;
    return at === next ? position : this.#first + at - 1;
  }

  #startAt(position: number): void {
    this.#first = position;
    this.#streams = [];
    this.#types = [];
    this.#lacking = [];
  }

  #forgetOldest(count: number): void {
    this.#first += count;
    this.#streams.splice(0, count);
    this.#types.splice(0, count);
    this.#lacking.splice(0, count);
  }
}

function passes({ streams, types }: LogFilter, stream: string, type: string): boolean {
  return beginsWithOneOf(stream, streams) && beginsWithOneOf(type, types);
}
