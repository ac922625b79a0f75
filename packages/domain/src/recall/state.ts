import type { RecallClass } from '../batch/index.ts';
import type { Deviations } from '../deviation/index.ts';
import { aggregate } from '../kernel/index.ts';
import type { RecallFate } from './codes.ts';

/** A recall as a process: who was told, who answered, what is accounted for. What may not be used any more stands in the batches. */
export type RecallState = {
  readonly id: string;
  readonly deviations: Deviations;
  status: 'none' | 'open' | 'closed';
  /** Organisation that recalls. */
  owner: string | null;
  /** An exercise: it never touches stock. */
  mock: boolean;
  class: RecallClass | null;
  reason: string | null;
  /** RFC 3339: when it came to be known; the clock of notices and of the figures starts here. */
  knownAt: string | null;
  /** RFC 3339, UTC: when the list was frozen, by the platform's clock. */
  frozenAt: string | null;
  /** Recalled whole. */
  readonly batches: Set<string>;
  /** Unit → where it went, and what is known of it one by one. */
  readonly units: Map<string, RecallUnit>;
  readonly sites: Map<string, RecallSite>;
  readonly checks: RecallCheck[];
  closed: { readonly event: string; readonly at: string | null; readonly outcome: string } | null;
};

export type RecallUnit = {
  readonly batch: string;
  readonly site: string;
  fate: RecallFate | null;
  /** Entry by which it was found, one by one. */
  foundAt: number | null;
};

export type RecallSite = {
  readonly site: string;
  /** Units on the list that went there. */
  sent: number;
  /** The newest notice. */
  notice: { readonly event: string; readonly at: string | null; readonly deadline: string } | null;
  /** The newest answer: the site's whole word. */
  answer: { readonly event: string; readonly seq: number; readonly at: string | null; readonly counts: FateCounts } | null;
  escalated: { readonly event: string; readonly at: string | null } | null;
};

export type FateCounts = Readonly<Record<RecallFate, number>>;

export type RecallCheck = {
  readonly event: string;
  readonly site: string | null;
  readonly at: string | null;
  readonly sampled: number;
  readonly confirmed: number;
  readonly effective: boolean;
};

export const recall = aggregate<RecallState>('recall', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    status: 'none',
    owner: null,
    mock: false,
    class: null,
    reason: null,
    knownAt: null,
    frozenAt: null,
    batches: new Set(),
    units: new Map(),
    sites: new Map(),
    checks: [],
    closed: null,
  }),
  /** A site that has something on the list answers for it. */
  relations: (state, org) => [
    ...(state.owner === org ? (['owner'] as const) : []),
    ...(state.sites.has(org) ? (['custodian'] as const) : []),
  ],
});

export function siteOf(state: RecallState, site: string): RecallSite {
  let found = state.sites.get(site);
  if (!found) {
    found = { site, sent: 0, notice: null, answer: null, escalated: null };
    state.sites.set(site, found);
  }
  return found;
}
