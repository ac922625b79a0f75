import type { Aggregate } from '@cytoledger/domain';
import type { Head } from './folded.ts';

/** Thrown out of a pure decision when it asks for something that is not in memory yet: it is loaded, and the decision is made again. */
export class Unread extends Error {
  readonly wanted: readonly Wanted[];

  constructor(wanted: readonly Wanted[]) {
    super('not read yet');
    this.wanted = wanted;
  }
}

export type Wanted =
  | { readonly kind: 'stream'; readonly aggregate: Aggregate<unknown>; readonly id: string; readonly stream: string }
  | { readonly kind: 'event'; readonly id: string };

/** A stream that a decision read, at the head that it saw: the stream may have grown since. */
export type BasisRead = {
  readonly stream: string;
  readonly head: Head | null;
};
