import type { Deviations } from '../deviation/index.ts';
import { aggregate, type RegimeId } from '../kernel/index.ts';
import type { Seriousness } from '../vocabulary/index.ts';
import type { ExceptionGround } from './codes.ts';

export type TreatmentState = {
  readonly id: string;
  readonly deviations: Deviations;
  planned: boolean;
  /** Organisation that treats. */
  site: string | null;
  /** Pseudonym. */
  patient: string | null;
  coi: string | null;
  study: string | null;
  regime: RegimeId | undefined;
  product: string | null;
  /** Staff pseudonym. */
  physician: string | null;
  consented: boolean;
  /** Ineligible or incomplete allogeneic donor: who takes the responsibility, and why (21 CFR 1271.65(b), 1271.60(d)). */
  urgentMedicalNeed: {
    readonly event: string;
    readonly physician: string;
    readonly patientInformed: boolean;
    readonly ground: ExceptionGround;
  } | null;
  readonly infusions: Map<
    string,
    { readonly event: string; readonly batch: string; readonly unit: string; readonly occurredAt: string | null }
  >;
  readonly visits: Map<string, Visit>;
  readonly adverseEvents: Map<string, AdverseEvent>;
  /** By endpoint: the newest evaluation by `seq`. */
  readonly outcomes: Map<string, { readonly event: string; readonly occurredAt: string | null; readonly result: string }>;
  closed: 'closed' | 'lost-to-follow-up' | null;
};

export type Visit = {
  readonly id: string;
  readonly name: string;
  /** RFC 3339 dates: the window, both ends included. */
  readonly from: string;
  readonly to: string;
  recorded: { readonly event: string; readonly occurredAt: string | null } | null;
};

export type AdverseEvent = {
  readonly id: string;
  readonly event: string;
  term: string;
  grade: 1 | 2 | 3 | 4 | 5;
  serious: boolean;
  /** Criteria of ICH E2A §II.B. */
  seriousness: readonly Seriousness[];
  /** When the site or sponsor came to know: report clocks start here. */
  awareAt: string | null;
  /** First report to an authority. */
  reportedAt: string | null;
  relatedness: string;
  expected: boolean;
  onset: string | null;
  outcome: string;
};

export const treatment = aggregate<TreatmentState>('treatment', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    planned: false,
    site: null,
    patient: null,
    coi: null,
    study: null,
    regime: undefined,
    product: null,
    physician: null,
    consented: false,
    urgentMedicalNeed: null,
    infusions: new Map(),
    visits: new Map(),
    adverseEvents: new Map(),
    outcomes: new Map(),
    closed: null,
  }),
  relations: (state, org) => (state.site === org ? ['owner', 'treating-site'] : []),
  regime: (state) => state.regime,
});
