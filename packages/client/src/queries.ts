import type { Capture, recalls } from '@cytoledger/domain';
import type { CallOptions, Query } from './client.ts';
import type { Violation } from './problem.ts';

/** As of which position or time, or not before which, a question is answered. */
export type When = {
  /** RFC 3339 with offset, or a log position: the answer as it was then. */
  readonly asOf?: string;
  /** From a receipt: the answer knows of that event. */
  readonly minPosition?: string;
};

/** Whether something may be done now, and everything that speaks against it. */
export type GateAnswer = {
  readonly allowed: boolean;
  readonly reasons: readonly Violation[];
  readonly warnings: readonly Violation[];
};

export type ReleaseGate = GateAnswer & {
  readonly findings: readonly Violation[];
  /** Head of the batch as it was judged: belongs into the content of the release. */
  readonly reviewed: { readonly seq: number; readonly leaf: string };
};

export type UnitGate = GateAnswer & {
  /** Amber: allowed, with warnings to be read first. */
  readonly light: 'green' | 'amber' | 'red';
  /** When it was judged, by the platform's clock. */
  readonly at: string;
  readonly batch: string;
  readonly unit: string;
  readonly treatment: string;
};

/** What a trace begins with. */
export type Origin =
  | { readonly donor: string }
  | { readonly donation: string }
  | { readonly batch: string }
  | { readonly unit: string }
  | { readonly lot: string; readonly supplier?: string }
  /** Record of one delivery or preparation of a lot. */
  | { readonly material: string };

export type OriginTrace = 'units' | 'recipients' | 'failures';
export type PatientTrace = 'given' | 'donors' | 'materials' | 'work';

type Cell = string | number | boolean | null | readonly string[];

/** Containers: what was made is the sum of what became of it. */
type Balance = Readonly<
  Record<'made' | 'onHand' | 'inTransit' | 'infused' | 'sampled' | 'consumed' | 'discarded' | 'unaccounted', number>
>;

/** A table, and what it may be lacking. */
export type TraceAnswer = {
  readonly trace: string;
  readonly asOf: { readonly position: string; readonly recordedAt: string; readonly occurredAt: string | null };
  readonly columns: readonly { readonly key: string; readonly en: string; readonly zh: string }[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  /** What the asker may know of but not see: numbers per site. */
  readonly elsewhere: readonly {
    readonly site: string | null;
    readonly units: number;
    readonly infused: number;
    readonly recipients: number;
  }[];
  readonly balance: Balance | null;
  readonly completeness: {
    readonly unreconciled: readonly unknown[];
    readonly unreconciledInAll: number;
    /** Who has not said whether something came, or has not answered a recall by its deadline. */
    readonly silentSites: readonly { readonly site: string; readonly awaited: string; readonly since: string }[];
    /** What imported records among the answer, or upstream of it, do not know; in words of both languages. */
    readonly legacyGaps: readonly { readonly batch: string; readonly gap: string }[];
    /** Where a lot was asked for: records that only name its printed number, which no policy follows. Absent from platforms of before. */
    readonly byPrintedNumber?: readonly string[];
    readonly openDeviations: number;
    readonly unprojected: number;
  };
};

/** One event of a history, as it stands in the log. */
export type HistoryEvent = {
  readonly position: string;
  readonly header: {
    readonly id: string;
    readonly stream: string;
    readonly seq: number;
    readonly prev: string | null;
    readonly recordedAt: string;
    readonly body: string;
  };
  /** Null where the asker may not read it; the header still proves that nothing is missing. */
  readonly body: {
    readonly actor: {
      readonly org: string;
      readonly person: string | null;
      readonly role: string;
      readonly client: string | null;
    };
    readonly content: {
      readonly type: string;
      readonly occurredAt: string | null;
      /** How it came in: from paper, by whom it was copied and checked, and from which page. */
      readonly capture: Capture;
      readonly data: Readonly<Record<string, unknown>>;
    };
  } | null;
};

export type Candidate = {
  readonly kind: string;
  readonly id: string;
  readonly unit: string | null;
  readonly by: string;
  readonly value: string;
  readonly site: string | null;
};

/** How a recall stands, as `GET /v1/recalls/{id}` tells who recalls. */
export type RecallProgress = {
  readonly recall: string;
  readonly mock: boolean;
  readonly sites: readonly recalls.SiteFigures[];
  readonly figures: Omit<recalls.RecallFigures, 'sites'>;
};

/** What the read side answers. Every call may throw ApiProblem (404: there is nothing, or nothing to be known) and ClientError. */
export type Queries = {
  /** May this batch be released? */
  releaseGate(batch: string, options?: CallOptions): Promise<ReleaseGate>;
  /** May this bag go into this patient now? `label`: what was scanned from it, so that an old label is noticed. */
  unitGate(
    ask: { readonly batch: string; readonly unit: string; readonly treatment: string; readonly label?: string | undefined },
    options?: CallOptions,
  ): Promise<UnitGate>;
  /** What came of it: units, recipients, or who has how many of something that has failed. */
  trace(what: OriginTrace, origin: Origin, when?: When, options?: CallOptions): Promise<TraceAnswer>;
  /** A donor is found ineligible. */
  lookBack(donor: string, when?: When, options?: CallOptions): Promise<TraceAnswer>;
  /** From a patient back. */
  tracePatient(what: PatientTrace, patient: string, when?: When, options?: CallOptions): Promise<TraceAnswer>;
  /** A batch with everything upstream and downstream, event by event, without end in memory. */
  batchHistory(batch: string, when?: When, options?: CallOptions): AsyncGenerator<HistoryEvent>;
  streamHistory(stream: string, when?: When, options?: CallOptions): AsyncGenerator<HistoryEvent>;
  /** A record as it was at a moment. */
  state(
    stream: string,
    when?: When,
    options?: CallOptions,
  ): Promise<{ readonly position: string; readonly recordedAt: string; readonly state: unknown }>;
  /** What a release rests on. */
  dossier(batch: string, when?: When, options?: CallOptions): Promise<unknown>;
  /** What a scanned or typed code may mean. */
  search(code: string, when?: When, options?: CallOptions): Promise<readonly Candidate[]>;
};

type Ask = <A>(path: string, query?: Query, options?: CallOptions) => Promise<A>;
type AskLines = <A>(path: string, query?: Query, options?: CallOptions) => AsyncGenerator<A>;

export function queriesOf(ask: Ask, askLines: AskLines): Queries {
  return {
    releaseGate: (batch, options) => ask(at`/v1/batches/${batch}/gate`, {}, options),
    unitGate: ({ batch, unit, treatment, label }, options) =>
      ask(at`/v1/batches/${batch}/units/${unit}/gate`, { treatment, ...(label !== undefined && { label }) }, options),
    trace: (what, origin, when, options) => ask(at`/v1/traces/${what}`, { ...origin, ...when }, options),
    lookBack: (donor, when, options) => ask('/v1/traces/look-back', { donor, ...when }, options),
    tracePatient: (what, patient, when, options) => ask(at`/v1/patients/${patient}/${what}`, { ...when }, options),
    batchHistory: (batch, when, options) => askLines(at`/v1/batches/${batch}/history`, { ...when }, options),
    streamHistory: (stream, when, options) => askLines(at`/v1/streams/${stream}/history`, { ...when }, options),
    state: (stream, when, options) => ask(at`/v1/streams/${stream}/state`, { ...when }, options),
    dossier: (batch, when, options) => ask(at`/v1/batches/${batch}/dossier`, { ...when }, options),
    search: async (code, when, options) =>
      (await ask<{ candidates: readonly Candidate[] }>('/v1/search', { q: code, ...when }, options)).candidates,
  };
}

/** A path with its parameters encoded. */
function at(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: parts }, ...values.map(encodeURIComponent));
}
