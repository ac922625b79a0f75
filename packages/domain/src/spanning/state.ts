import type { Deviations } from '../deviation/index.ts';
import { aggregate, type DeviationClass } from '../kernel/index.ts';

/** A deviation that more than one record has a part in: batches, rooms, equipment. Findings of one record stand in that record. */
export type SpanningState = {
  readonly id: string;
  /** Findings about this record itself. */
  readonly deviations: Deviations;
  status: 'none' | 'open' | 'closed';
  owner: string | null;
  class: DeviationClass | null;
  category: string | null;
  /** Streams that it concerns. */
  readonly records: Set<string>;
  /** Deviations in other records that are a part of it, as `stream deviation`. */
  readonly linked: Set<string>;
  rootCause: string | null;
  /** Conclusion of each phase of the investigation of a result out of specification. */
  readonly oos: Map<string, string>;
  readonly actions: Map<string, { readonly kind: string; readonly due: string; done: string | null }>;
  closed: { readonly event: string; readonly impact: string } | null;
};

export const spanning = aggregate<SpanningState>('deviation', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    status: 'none',
    owner: null,
    class: null,
    category: null,
    records: new Set(),
    linked: new Set(),
    rootCause: null,
    oos: new Map(),
    actions: new Map(),
    closed: null,
  }),
  relations: (state, org) => (state.owner === org ? ['owner'] : []),
});
