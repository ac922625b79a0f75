import { takesEffectBySignature } from '@cytoledger/attest/evidence';
import type { StoredEvent } from '@cytoledger/event-store';
import { isBounded } from '../bounded-types.ts';

/** Ranges that are told apart; beyond them the last one grows. */
const MOST_RANGES = 10_000;

type Range = { readonly from: number; to: number };

/** Entries that are not released yet and whose time will matter by the second: see {@link isTight}. */
export class TightEntries {
  readonly #ranges: Range[] = [];

  /** @param start leaf index of the first of these events */
  see(events: readonly StoredEvent[], start: number): void {
    for (const [n, { type }] of events.entries()) {
      if (!isTight(type)) continue;
      const index = start + n;
      const last = this.#ranges.at(-1);
      if (last !== undefined && (last.to === index || this.#ranges.length >= MOST_RANGES)) last.to = index + 1;
      else this.#ranges.push({ from: index, to: index + 1 });
    }
  }

  /** Whether there is one below a size. */
  isBelow(size: number): boolean {
    const [first] = this.#ranges;
    return first !== undefined && first.from < size;
  }

  /** The log was released up to a size: what is below matters no more. */
  released(size: number): void {
    const kept = this.#ranges.findIndex(({ to }) => to > size);
    this.#ranges.splice(0, kept < 0 ? this.#ranges.length : kept);
    const [first] = this.#ranges;
    if (first !== undefined && first.from < size) this.#ranges[0] = { from: size, to: first.to };
  }
}

/**
 * What is asked first when something went wrong, and what takes effect by signature: whether that counts may rest on its having been attested before
 * a key was compromised.
 */
export function isTight(type: string): boolean {
  return isBounded(type) || takesEffectBySignature(type);
}
