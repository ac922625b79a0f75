import type { Deviations } from '../deviation/index.ts';
import type { Identifier } from '../identifiers/index.ts';
import { aggregate } from '../kernel/index.ts';
import type { MaterialQuantity } from '../quantity/index.ts';
import type { DonationKind, ReceiptOutcome, Relationship } from './codes.ts';

export type DonationState = {
  readonly id: string;
  readonly deviations: Deviations;
  readonly identifiers: Identifier[];
  registered: boolean;
  /** Pseudonyms. */
  donor: string | null;
  birthMother: string | null;
  kind: DonationKind | null;
  /** First- or second-degree relative of the recipient (21 CFR 1271.65(b)(1)). */
  relationship: Relationship | null;
  /** Pseudonym of whom a directed donation is meant for; the donor where autologous. */
  recipient: string | null;
  /** ISBT 128 Chain of Identity or a local CoI; set where autologous. */
  coi: string | null;
  /** Organisation that registered: the procurement site. */
  procurementSite: string | null;
  source: string | null;
  collected: {
    readonly event: string;
    readonly occurredAt: string | null;
    readonly quantities: readonly MaterialQuantity[];
  } | null;
  /** What each organisation that received it found, newest last; whoever receives it next takes it from nobody's sight. */
  readonly receipts: Map<string, ReceiptOutcome>;
  /** What holds of it: the newest receipt, or one of another organisation that found against it and has not accepted it since. */
  received: { readonly event: string; readonly by: string; readonly outcome: ReceiptOutcome } | null;
  /** By the batch that took it. */
  readonly issues: Map<string, Issue>;
  /** The destruction of what was left; `whole` is false while only a part was. */
  discarded: { readonly event: string; readonly occurredAt: string | null; readonly whole: boolean } | null;
};

export type Issue = {
  readonly event: string;
  readonly into: string;
  readonly quantity: MaterialQuantity | null;
  returned: string | null;
};

export const donation = aggregate<DonationState>('donation', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    identifiers: [],
    registered: false,
    donor: null,
    birthMother: null,
    kind: null,
    relationship: null,
    recipient: null,
    coi: null,
    procurementSite: null,
    source: null,
    collected: null,
    receipts: new Map(),
    received: null,
    issues: new Map(),
    discarded: null,
  }),
  relations: (state, org) => [
    ...(state.procurementSite === org ? (['owner', 'procurement-site'] as const) : []),
    ...(state.receipts.has(org) ? (['custodian'] as const) : []),
  ],
});
