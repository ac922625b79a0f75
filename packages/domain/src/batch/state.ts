import type { Deviations } from '../deviation/index.ts';
import type { Identifier } from '../identifiers/index.ts';
import { aggregate, type RegimeId, type Relation, type Timed } from '../kernel/index.ts';
import type { MaterialQuantity, ResultValue } from '../quantity/index.ts';

/** The consistency boundary: all that can race about a batch and its units happens in `batch-<id>`. */
export type BatchState = {
  readonly id: string;
  readonly deviations: Deviations;
  readonly identifiers: Identifier[];
  status: 'none' | 'open' | 'abandoned';
  /** Organisation that opened it. */
  owner: string | null;
  /** Product id and the specification version that the batch is bound to. */
  product: { readonly id: string; readonly specification: number } | null;
  /** Specification versions to which it was bound while something of it was released: what was released by them is held to them. */
  readonly releasedUnder: Set<number>;
  study: string | null;
  regime: RegimeId | undefined;
  autologous: boolean;
  coi: string | null;
  /** Pseudonym of the one person whose material it is, where autologous. */
  autologousDonor: string | null;
  tier: 'seed' | 'master' | 'working' | 'none';
  passageCeiling: number | null;
  inputs: readonly BatchInput[];
  /** Transitive: everything upstream, fixed when the batch was opened. */
  readonly origins: { readonly donations: Set<string>; readonly batches: Set<string> };
  readonly materials: MaterialUse[];
  /** Lots with a record of their own that touched the cells, by whatever entry. */
  readonly lots: Set<string>;
  /** Newest step of each kind, and how many there were. */
  readonly steps: Map<StepKind, { readonly event: string; readonly occurredAt: string | null; count: number }>;
  /** Steps recorded before the step that they need, by the event: a late entry closes their deviation. */
  readonly awaitedSteps: Map<
    string,
    { readonly kind: StepKind; readonly needs: readonly StepKind[]; readonly occurredAt: string | null }
  >;
  passage: number | null;
  /** What all harvests gave, and what all units hold that are part of no other: sums by measurand. */
  harvested: readonly MaterialQuantity[];
  divided: readonly MaterialQuantity[];
  transduced: boolean;
  readonly units: Map<string, Unit>;
  /** Organisation → how many units it answers for: who is custodian is asked with every command. */
  readonly custody: Map<string, number>;
  /** Ordinal → unit id. */
  readonly ordinals: Map<number, string>;
  splitsClosed: { readonly made: number } | null;
  /** Label id → unit id, also of labels that were replaced. */
  readonly labels: Map<string, string>;
  readonly labelStock: LabelStock;
  /** Units that no split made: parts that were drawn from a unit at the site. They are numbered above all that a split can number. */
  drawn: number;
  readonly tests: Map<string, TestResult>;
  /** By entry of results: the sample that they are of, and the number of the laboratory's report. */
  readonly reports: Map<string, { readonly sample: string; readonly number: string | null }>;
  /** Dispositions fold by `seq`, newest last; a unit's own is found with `dispositionOf`. */
  readonly dispositions: Disposition[];
  readonly quarantines: Restriction[];
  readonly holds: Restriction[];
  readonly recalls: Restriction[];
  /** Samples whose laboratory has not reported yet: they make that laboratory a testing laboratory of this batch. */
  readonly openSamples: Map<string, Sample>;
  readonly samples: Map<string, Sample>;
  /** Treating sites: organisations to which units are or were allocated. */
  readonly treatingSites: Set<string>;
  /** Event → the `countersigned` that gave it its second signature. */
  readonly countersignatures: Map<string, string>;
  /** Where the record was taken over from another system or a binder; null where it was kept here from the beginning. */
  legacy: Legacy | null;
  /** Batches upstream, transitive, whose records were taken over with gaps. */
  readonly legacyOrigins: Set<string>;
  /** Results reported while the batch was bound to an earlier specification version: the numbers of their lines mean nothing in the present one. */
  readonly earlierResults: Set<string>;
  /** Notices to physicians of results that failed after infusion, by event. */
  readonly lateNotices: Map<string, LateNotice>;
  /** Break-glass at the bedside, by its event. */
  readonly brokenGlass: Map<string, BrokenGlass>;
};

/** One badge and PIN was enough; `due`: RFC 3339, by when another person is to have signed. */
export type BrokenGlass = { readonly unit: string; readonly holder: string; readonly due: string; countersigned: string | null };

/** Labels that were printed for the batch. */
export type LabelStock = {
  issued: number;
  /** Whether every issue named its labels one by one, so that one that was not issued is noticed. */
  isListed: boolean;
  /** Issued by id and not yet on a unit. */
  readonly waiting: Set<string>;
  /** Event that reconciled the labels last. */
  reconciled: string | null;
};

export type BatchInput =
  | { readonly donation: string; readonly quantity?: MaterialQuantity | undefined }
  | { readonly batch: string; readonly unit: string };

export type Sample = {
  readonly sample: string;
  readonly laboratory: string;
  readonly event: string;
  readonly unit: string | null;
  /** Specification lines that the laboratory was asked for and has not reported; empty where none was named. */
  readonly awaited: Set<string>;
};

export type StepKind = 'isolated' | 'passaged' | 'expanded' | 'transduced' | 'harvested' | 'split';

export type MaterialUse = {
  readonly event: string;
  readonly material: string | null;
  readonly name: string;
  readonly supplier: string;
  readonly lot: string;
  /** Local date; null where the material has none. */
  readonly expiry: string | null;
  readonly occurredAt: string | null;
};

export type UnitKind = 'cryobag' | 'vial' | 'syringe' | 'segment';

/** Where a unit ended; `null` while it may still be used. */
export type UnitEnd = 'infused' | 'consumed' | 'discarded' | 'sampled';

export type Unit = {
  readonly id: string;
  readonly kind: UnitKind;
  readonly ordinal: number;
  /** Entry that made it: a release says nothing of what was made after it. */
  readonly madeAt: number;
  readonly identifiers: Identifier[];
  readonly parent: string | null;
  readonly containerLot: string | null;
  readonly volume: MaterialQuantity | null;
  readonly cells: MaterialQuantity | null;
  /** RFC 3339; end of the stated interval counts. */
  expiry: string | null;
  labelled: string | null;
  cryopreserved: boolean;
  thawed: { readonly event: string; readonly occurredAt: string | null; readonly expiry: string | null } | null;
  /** Folds by (occurredAt, seq). */
  place: Timed<Place> | undefined;
  /** Organisation answerable for it; custody folds by `seq`. */
  custodian: string | null;
  condition: Timed<'accepted' | 'rejected' | 'to-be-assessed'> | undefined;
  receivedBy: string | null;
  allocation: Allocation | null;
  /** Shipment in which it is packed or travels; null when it arrived or never left. */
  shipment: string | null;
  /** Last shipment it travelled in, also after receipt. */
  lastShipment: string | null;
  /** Every shipment that it left or arrived with, by whatever report: what happened to one of them happened to it. */
  readonly travelled: Set<string>;
  inTransit: boolean;
  authorisation: { readonly event: string; readonly treatment: string; used: boolean } | null;
  infusion: Infusion | null;
  consumedInto: string | null;
  end: UnitEnd | null;
  /** When it ended, by the reporter; null when unknown or not ended. */
  endedAt?: string | null;
  retrieved: boolean;
  /** What the code of its label says. */
  code?: string | null;
  /** Labels that were on it before, oldest first: none of them is it any more. */
  oldLabels?: readonly OldLabel[];
  /** First reconstitution, its own or that of the unit from which it was drawn. */
  reconstituted?: {
    readonly event: string;
    readonly occurredAt: string | null;
    readonly expiry: string | null;
    readonly volume: MaterialQuantity | null;
  };
  /** Lots with a record of their own that it was diluted with; they touched no other unit. */
  diluentLots?: readonly string[];
  /** Number within the unit from which it was drawn. */
  part?: number;
  /** Came back from whoever was to use it, and was not allocated since. */
  returned?: string | null;
};

export type OldLabel = { readonly label: string; readonly code: string | null; readonly replacedBy: string };

/** That a recipient was given of it: from the first report of the start, of any step, or of the whole. */
export type Infusion = {
  event: string;
  readonly treatment: string;
  occurredAt: string | null;
  /** What was reported in steps, by when it happened; absent where it was reported in one. */
  readonly course?: InfusionStep[];
};

export type InfusionStep = {
  readonly event: string;
  readonly seq: number;
  readonly kind: 'started' | 'interrupted' | 'ended';
  readonly occurredAt: string | null;
  /** Percent of the unit’s content that was given until then. */
  readonly fraction: string | null;
  readonly administered: MaterialQuantity | null;
  readonly remainder: MaterialQuantity | null;
};

export type Place = {
  readonly site: string;
  readonly tank?: string | undefined;
  readonly rack?: string | undefined;
  readonly box?: string | undefined;
  readonly slot?: string | undefined;
  readonly phase?: 'vapour' | 'liquid' | undefined;
};

export type Allocation = { readonly event: string; readonly treatment: string; readonly patient: string; readonly site: string };

/** Whole batch, ranges of unit ordinals, or up to 400 unit ids. */
export type UnitScope =
  | 'whole-batch'
  | { readonly ranges: readonly { readonly from: number; readonly to: number }[] }
  | { readonly units: readonly string[] };

export type Disposition = {
  readonly event: string;
  readonly seq: number;
  readonly kind: 'released' | 'conditionally-released' | 'exceptionally-released' | 'rejected';
  readonly scope: UnitScope;
  readonly pendingTests: readonly string[];
  /** Event that closed a conditional release. */
  readonly closedBy?: string;
  /** For whom units that failed were released exceptionally, and in spite of what. */
  readonly exception?: Exception;
};

export type Exception = {
  readonly treatment: string;
  readonly patient: string;
  /** Lines of the specification that failed, as the signers listed them. */
  readonly lines: readonly string[];
  /** Tests of those lines, as the reports name them. */
  readonly tests: readonly string[];
  /** Results that the signers listed; what fails later is none of them. */
  readonly results: ReadonlySet<string>;
};

export type LateNotice = {
  readonly event: string;
  /** Id of the result. */
  readonly result: string;
  readonly treatment: string;
  readonly physician: string;
  readonly at: string | null;
  acknowledged: { readonly event: string; readonly at: string | null } | null;
};

export type Legacy = {
  readonly event: string;
  readonly source: { readonly kind: string; readonly name: string };
  readonly declared: readonly LegacyFact[];
  readonly gaps: readonly LegacyGap[];
  /** Whether donations that are recorded here are named as its starting material: then the donors speak for themselves. */
  readonly knowsDonors: boolean;
};

/** What was taken over, and how well it is founded. */
export type LegacyFact = { readonly about: string; readonly line?: string | undefined; readonly grade: string };

/** What is not known of a record that was taken over. */
export type LegacyGap = { readonly about: string; readonly line?: string | undefined; readonly reason: string };

export type Restriction = {
  readonly event: string;
  readonly scope: UnitScope;
  readonly reason: string;
  /** Event that caused it where a policy did. */
  readonly cause: string | null;
  lifted: string | null;
};

export type Verdict = 'pass' | 'fail' | 'report-only';

/** One analyte of a report. */
export type TestResult = {
  readonly event: string;
  /** Within a report: event id and index. */
  readonly id: string;
  readonly test: string;
  /** Line of the bound specification version, where the test answers one. */
  readonly line: string | null;
  readonly verdict: Verdict;
  readonly value: ResultValue | null;
  readonly reviewed: boolean;
  readonly laboratory: string;
  readonly occurredAt: string | null;
  readonly retestOf: string | null;
  /** Result that replaces this one; a failed result is answered by an investigation, never by overwriting. */
  supersededBy: string | null;
};

export const batch = aggregate<BatchState>('batch', {
  initial: (id) => ({
    id,
    deviations: new Map(),
    identifiers: [],
    status: 'none',
    owner: null,
    product: null,
    releasedUnder: new Set(),
    study: null,
    regime: undefined,
    autologous: false,
    coi: null,
    autologousDonor: null,
    tier: 'none',
    passageCeiling: null,
    inputs: [],
    origins: { donations: new Set(), batches: new Set() },
    materials: [],
    lots: new Set(),
    steps: new Map(),
    awaitedSteps: new Map(),
    passage: null,
    harvested: [],
    divided: [],
    transduced: false,
    units: new Map(),
    custody: new Map(),
    ordinals: new Map(),
    splitsClosed: null,
    labels: new Map(),
    labelStock: { issued: 0, isListed: true, waiting: new Set(), reconciled: null },
    drawn: 0,
    tests: new Map(),
    reports: new Map(),
    dispositions: [],
    quarantines: [],
    holds: [],
    recalls: [],
    openSamples: new Map(),
    samples: new Map(),
    treatingSites: new Set(),
    countersignatures: new Map(),
    legacy: null,
    legacyOrigins: new Set(),
    earlierResults: new Set(),
    lateNotices: new Map(),
    brokenGlass: new Map(),
  }),
  relations: (state, org) => {
    const relations: Relation[] = [];
    if (state.owner === org) relations.push('owner');
    if (state.treatingSites.has(org)) relations.push('treating-site');
    if ((state.custody.get(org) ?? 0) > 0) relations.push('custodian');
    for (const sample of state.openSamples.values()) {
      if (sample.laboratory !== org) continue;
      relations.push('testing-laboratory');
      break;
    }
    return relations;
  },
  regime: (state) => state.regime,
});

/** Somebody else answers for the unit from now on. */
export function passCustody(state: BatchState, unit: Unit, to: string): void {
  if (unit.custodian === to) return;
  if (unit.custodian !== null) state.custody.set(unit.custodian, (state.custody.get(unit.custodian) ?? 0) - 1);
  state.custody.set(to, (state.custody.get(to) ?? 0) + 1);
  unit.custodian = to;
}

export function covers(scope: UnitScope, unit: Pick<Unit, 'id' | 'ordinal'>): boolean {
  if (scope === 'whole-batch') return true;
  if ('ranges' in scope) return scope.ranges.some((range) => range.from <= unit.ordinal && unit.ordinal <= range.to);
  return scope.units.includes(unit.id);
}

/** The unit, and what it is a part of, outwards. What is said of a bag is said of its segments. */
export function withWholes(state: Pick<BatchState, 'units'>, unit: Unit): readonly Unit[] {
  const found = [unit];
  for (let { parent } = unit; parent !== null; ) {
    const whole = state.units.get(parent);
    if (!whole || found.includes(whole)) break;
    found.push(whole);
    parent = whole.parent;
  }
  return found;
}

/** Whether a restriction concerns the unit or what it is a part of. */
export function concerns(scope: UnitScope, family: readonly Pick<Unit, 'id' | 'ordinal'>[]): boolean {
  return family.some((each) => covers(scope, each));
}

/**
 * The disposition that holds for a unit: the newest whose scope covers it. A release holds for what had been made by then. A part is what its
 * whole is until something is said of it, and is rejected with its whole.
 */
export function dispositionOf(
  state: BatchState,
  unit: Unit,
  counts: (disposition: Disposition) => boolean = () => true,
): Disposition | undefined {
  const held = withWholes(state, unit).map((each) =>
    state.dispositions.findLast(
      (disposition) =>
        covers(disposition.scope, each) &&
        (disposition.kind === 'rejected' || each.madeAt < disposition.seq) &&
        counts(disposition),
    ),
  );
  return held.find((disposition) => disposition?.kind === 'rejected') ?? held.find((disposition) => disposition !== undefined);
}

/** Restrictions of one list that concern the unit and are not lifted. */
export function standing(state: BatchState, restrictions: readonly Restriction[], unit: Unit): Restriction[] {
  const family = withWholes(state, unit);
  return restrictions.filter((restriction) => restriction.lifted === null && concerns(restriction.scope, family));
}
