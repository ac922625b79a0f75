import type { Deviations } from '../deviation/index.ts';
import { aggregate } from '../kernel/index.ts';

/** A report about something unknown, or that cannot be applied: kept whole in `fact-<UUIDv8 of the sender's id>`. */
export type UnreconciledState = {
  readonly id: string;
  readonly deviations: Deviations;
  status: 'none' | 'open' | 'reconciled';
  reportedBy: string | null;
  /** The stream that the report named. */
  intended: string | null;
  type: string | null;
  /** Rule ids: why it could not be applied. */
  reasons: readonly string[];
  reconciled: { readonly event: string; readonly stream: string | null; readonly by: string; readonly approvedBy: string } | null;
};

export const unreconciled = aggregate<UnreconciledState>('fact', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    status: 'none',
    reportedBy: null,
    intended: null,
    type: null,
    reasons: [],
    reconciled: null,
  }),
  relations: (state, org) => (state.reportedBy === org ? ['owner'] : []),
});
