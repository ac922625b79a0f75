import type { Deviations } from '../deviation/index.ts';
import { aggregate } from '../kernel/index.ts';
import type { InfectiousMarker, MarkerResult } from '../vocabulary/index.ts';
import type {
  ConsentGiver,
  ConsentPurpose,
  EligibilityStatus,
  InformationKind,
  MaterialDecision,
  PersonRole,
  ScreeningRisk,
  WithdrawalEffect,
} from './codes.ts';

/** A donor, a birth mother and a patient may be one person: one pseudonym, one stream `person-<pseudonym>`. */
export type PersonState = {
  readonly id: string;
  readonly deviations: Deviations;
  registered: boolean;
  /** Organisation that registered the person: the procurement site. */
  registeredBy: string | null;
  readonly roles: Set<PersonRole>;
  /** One month old or less when the cells are taken: the birth mother is tested (21 CFR 1271.80(a)). */
  newborn: boolean;
  /** Pseudonym. */
  birthMother: string | null;
  readonly screenings: Screening[];
  /** Newest determination by `seq`. */
  eligibility: Eligibility | null;
  readonly consents: Map<string, Consent>;
  /** By batch: what was decided after a withdrawal. The newest by `seq` holds. */
  readonly decisions: Map<string, { readonly event: string; readonly withdrawal: string; readonly decision: MaterialDecision }>;
  /** By the sender's id: what came out after the donation. */
  readonly information: Map<string, Information>;
  readonly retests: Retest[];
  /** By the link's id, undone ones too. */
  readonly links: Map<string, PersonLink>;
  died: { readonly event: string; readonly occurredAt: string | null } | null;
};

export type Information = {
  readonly event: string;
  readonly kind: InformationKind;
  /** Determination of eligibility that was made with it; null while it waits for one. */
  assessed: string | null;
};

export type Retest = {
  readonly event: string;
  readonly occurredAt: string | null;
  /** Donations whose at-risk window it closes. */
  readonly donations: readonly string[];
};

/** That another pseudonym is the same person. */
export type PersonLink = {
  readonly link: string;
  /** Pseudonym. */
  readonly with: string;
  readonly event: string;
  /** Event that undid it. */
  undone: string | null;
};

export type Screening = {
  readonly event: string;
  readonly occurredAt: string | null;
  readonly risk: ScreeningRisk;
  readonly tests: readonly MarkerTest[];
};

export type MarkerTest = {
  readonly marker: InfectiousMarker;
  readonly result: MarkerResult;
  /** RFC 3339. */
  readonly sampledAt: string;
};

export type Eligibility = {
  readonly status: EligibilityStatus;
  readonly event: string;
  readonly occurredAt: string | null;
  readonly reasons: readonly string[];
  /** How many screenings stood when it was made: it answers no result that came later. */
  readonly screenings: number;
};

export type Consent = {
  /** Chosen by the sender: the id of the signed form. */
  readonly id: string;
  readonly event: string;
  readonly purposes: ReadonlySet<ConsentPurpose>;
  readonly giver: ConsentGiver;
  /** RFC 3339 date from which a consent given by a guardian must be renewed (the child turns 18). */
  readonly renewalDue: string | null;
  withdrawn: {
    readonly event: string;
    readonly purposes: ReadonlySet<ConsentPurpose> | 'all';
    readonly effect: WithdrawalEffect;
  } | null;
};

export const person = aggregate<PersonState>('person', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    registered: false,
    registeredBy: null,
    roles: new Set(),
    newborn: false,
    birthMother: null,
    screenings: [],
    eligibility: null,
    consents: new Map(),
    decisions: new Map(),
    information: new Map(),
    retests: [],
    links: new Map(),
    died: null,
  }),
  relations: (state, org) => (state.registeredBy === org ? ['owner', 'procurement-site'] : []),
});

/** Whether a purpose is consented to now: given by some consent and not withdrawn from it. */
export function consentsTo(state: PersonState, purpose: ConsentPurpose): boolean {
  return [...state.consents.values()].some(
    (consent) =>
      consent.purposes.has(purpose) &&
      !(consent.withdrawn && (consent.withdrawn.purposes === 'all' || consent.withdrawn.purposes.has(purpose))),
  );
}
