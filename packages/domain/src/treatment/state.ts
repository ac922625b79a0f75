import type { Deviations } from '../deviation/index.ts';
import { aggregate, type RegimeId } from '../kernel/index.ts';
import type { MaterialQuantity } from '../quantity/index.ts';
import type { Seriousness } from '../vocabulary/index.ts';
import type { ConditioningIntensity, EngraftmentOutcome, ExceptionGround, PregnancyOf } from './codes.ts';

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
    {
      readonly event: string;
      readonly batch: string;
      readonly unit: string;
      readonly occurredAt: string | null;
      readonly dose?: MaterialQuantity | undefined;
    }
  >;
  readonly visits: Map<string, Visit>;
  readonly adverseEvents: Map<string, AdverseEvent>;
  /** By endpoint: the newest evaluation by `seq`. */
  readonly outcomes: Map<string, { readonly event: string; readonly occurredAt: string | null; readonly result: string }>;
  closed: 'closed' | 'lost-to-follow-up' | null;
  /** Event that issued the chain of identity. */
  coiIssued: string | null;
  /** Newest permission to condition the patient. */
  conditioningAuthorised: ConditioningPermit | null;
  /** First start: from here on the patient cannot do without the cells. */
  conditioningStarted: { readonly event: string; readonly occurredAt: string | null; readonly physician: string } | null;
  rescueGiven: { readonly event: string; readonly occurredAt: string | null } | null;
  /** Newest evaluation by `seq`. */
  engraftment: { readonly event: string; readonly occurredAt: string | null; readonly outcome: EngraftmentOutcome } | null;
  /** In order of recording. */
  readonly notices: Notice[];
  /** By the sender's id. */
  readonly pregnancies: Map<string, { readonly event: string; readonly of: PregnancyOf }>;
};

/** A unit of a batch. */
export type UnitNamed = { readonly batch: string; readonly unit: string };

export type ConditioningPermit = {
  readonly event: string;
  /** Staff pseudonym of who signed. */
  readonly physician: string;
  readonly units: readonly UnitNamed[];
  readonly rescue: readonly UnitNamed[];
  /** Batches of a fresh product that was still being made. */
  readonly inPreparation?: readonly string[] | undefined;
  readonly intensity?: ConditioningIntensity | undefined;
};

/** What a recipient was told. */
export type Notice = {
  readonly event: string;
  readonly occurredAt: string | null;
  /** Deviation of this treatment that it answers. */
  readonly deviation: string | null;
  readonly reached: boolean;
  readonly acknowledged: boolean;
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
    coiIssued: null,
    conditioningAuthorised: null,
    conditioningStarted: null,
    rescueGiven: null,
    engraftment: null,
    notices: [],
    pregnancies: new Map(),
  }),
  relations: (state, org) => (state.site === org ? ['owner', 'treating-site'] : []),
  regime: (state) => state.regime,
});
