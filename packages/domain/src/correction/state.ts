import type { Deviations } from '../deviation/index.ts';
import { aggregate } from '../kernel/index.ts';
import type { Target } from './target.ts';

/** A repair of entries in any records: proposed by one, approved by another, then applied by the platform. */
export type CorrectionState = {
  readonly id: string;
  readonly deviations: Deviations;
  status: 'none' | 'proposed' | 'rejected' | 'approved' | 'applied';
  owner: string | null;
  /** Person, or program, that proposed it. */
  proposer: string | null;
  /** Organisations that are asked to approve it. */
  approvers: readonly string[];
  targets: readonly Target[];
  reason: string | null;
  approved: { readonly event: string; readonly by: readonly string[] } | null;
  /** Of each target what became of it; empty until it was applied. */
  settled: readonly { readonly stream: string; readonly event: string; readonly refusedBy: readonly string[] }[];
  impact: { readonly event: string; readonly impact: string } | null;
};

export const correction = aggregate<CorrectionState>('correction', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    status: 'none',
    owner: null,
    proposer: null,
    approvers: [],
    targets: [],
    reason: null,
    approved: null,
    settled: [],
    impact: null,
  }),
  relations: (state, org) => [
    ...(state.owner === org ? (['owner'] as const) : []),
    ...(state.approvers.includes(org) ? (['custodian'] as const) : []),
  ],
});
