import type { Deviations } from '../deviation/index.ts';
import { aggregate } from '../kernel/index.ts';

/** A question of the quality-control centre to a site. */
export type QueryState = {
  readonly id: string;
  readonly deviations: Deviations;
  status: 'none' | 'open' | 'answered' | 'closed';
  owner: string | null;
  /** Organisation that is asked. */
  to: string | null;
  about: readonly string[];
  /** RFC 3339. */
  dueBy: string | null;
  answered: { readonly event: string; readonly at: string | null } | null;
  outcome: string | null;
};

export const query = aggregate<QueryState>('query', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    status: 'none',
    owner: null,
    to: null,
    about: [],
    dueBy: null,
    answered: null,
    outcome: null,
  }),
  relations: (state, org) => [
    ...(state.owner === org ? (['owner'] as const) : []),
    ...(state.to === org ? (['custodian'] as const) : []),
  ],
});

/** An inspection of a site, until what it found is put right. */
export type InspectionState = {
  readonly id: string;
  readonly deviations: Deviations;
  status: 'none' | 'open' | 'closed';
  owner: string | null;
  site: string | null;
  readonly findings: Map<string, InspectionFinding>;
  result: string | null;
};

export type InspectionFinding = {
  readonly class: 'minor' | 'major' | 'critical';
  /** RFC 3339 date; null while nothing was ordered. */
  due: string | null;
  rectified: string | null;
};

export const inspection = aggregate<InspectionState>('inspection', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    status: 'none',
    owner: null,
    site: null,
    findings: new Map(),
    result: null,
  }),
  relations: (state, org) => [
    ...(state.owner === org ? (['owner'] as const) : []),
    ...(state.site === org ? (['custodian'] as const) : []),
  ],
});
