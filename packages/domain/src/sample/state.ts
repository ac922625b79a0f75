import type { Deviations } from '../deviation/index.ts';
import type { Identifier } from '../identifiers/index.ts';
import { aggregate } from '../kernel/index.ts';

export type SampleState = {
  readonly id: string;
  readonly deviations: Deviations;
  readonly identifiers: Identifier[];
  taken: { readonly event: string; readonly occurredAt: string | null } | null;
  /** Organisation that took it. */
  owner: string | null;
  from: SampleSource | null;
  /** Laboratory that it is or was meant for. */
  laboratory: string | null;
  /** Laboratories to which it was sent, or that received it: they stay known to its record. */
  readonly laboratories: Set<string>;
  dispatched: { readonly event: string; readonly to: string } | null;
  received: { readonly event: string; readonly by: string } | null;
  rejected: { readonly event: string; readonly by: string } | null;
  /** By event. A revision stands beside what it revises. */
  readonly reports: Map<string, Report>;
  retained: { readonly event: string; readonly until: string | null } | null;
  end: 'consumed' | 'destroyed' | null;
};

/** What it was taken from. */
export type SampleSource =
  | { readonly batch: string; readonly unit?: string | undefined }
  | { readonly donation: string }
  | { readonly material: string }
  | { readonly room: string; readonly point?: string | undefined };

export type Report = {
  readonly event: string;
  /** As printed on it. */
  readonly number: string | null;
  readonly laboratory: string;
  /** Analytes that failed. */
  readonly failed: readonly string[];
  readonly interim: boolean;
  /** Report that revises this one. */
  revisedBy: string | null;
  withdrawnBy: string | null;
};

export const sample = aggregate<SampleState>('sample', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    identifiers: [],
    taken: null,
    owner: null,
    from: null,
    laboratory: null,
    laboratories: new Set(),
    dispatched: null,
    received: null,
    rejected: null,
    reports: new Map(),
    retained: null,
    end: null,
  }),
  relations: (state, org) => [
    ...(state.owner === org ? (['owner'] as const) : []),
    ...(state.laboratories.has(org) ? (['testing-laboratory'] as const) : []),
  ],
});
