import type { CallOptions, Query } from './client.ts';
import type { Violation } from './problem.ts';

/** As of which position or time, or not before which, a question is answered. */
export type When = {
  /** RFC 3339 with offset, or a log position: the answer as it would have been then. */
  readonly asOf?: string;
  /** Waits until this position is known: give the receipt's, to read one's own write. */
  readonly minPosition?: string;
};

/** Whether something may be done now, and everything that speaks against it. */
export type GateAnswer = {
  readonly allowed: boolean;
  readonly reasons: readonly Violation[];
  readonly findings?: readonly Violation[];
  readonly warnings: readonly Violation[];
  /** Head of the batch as it was judged, to be signed with a release. */
  readonly reviewed?: { readonly seq: number; readonly leaf: string };
};

/** What the read side answers. */
export type Queries = {
  /** May this batch be released? */
  releaseGate(batch: string, options?: CallOptions): Promise<GateAnswer>;
};

type Ask = <A>(path: string, query?: Query, options?: CallOptions) => Promise<A>;
type AskLines = <A>(path: string, query?: Query, options?: CallOptions) => AsyncGenerator<A>;

export function queriesOf(ask: Ask, _askLines: AskLines): Queries {
  return {
    releaseGate: (batch, options) => ask(`/v1/batches/${encodeURIComponent(batch)}/gate`, {}, options),
  };
}
