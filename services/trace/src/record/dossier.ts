import { batches, type registry } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import { TraceError } from '../errors.ts';
import { knownBy } from '../query/origin.ts';
import { idOf } from '../query/snapshot.ts';
import { seesPatientsOf, seesStream } from '../query/stream-sight.ts';
import type { Asking } from '../traces/answer.ts';
import { type CopiedEntry, copiedEntries } from './copied-pages.ts';
import { newestSeq, showsBody, sightOf, streamEntries } from './history.ts';
import { type PersonSignature, type SignedEntry, signedEntries } from './signatures.ts';
import { stateAt } from './state.ts';

export type Dossier = {
  readonly batch: string;
  /** Batch numbers as printed. */
  readonly numbers: readonly string[];
  readonly owner: string | null;
  readonly product: {
    readonly id: string;
    readonly specification: number;
    readonly name: { readonly en: string; readonly zh: string } | null;
  } | null;
  readonly position: string;
  readonly recordedAt: string;
  /** Each line of the bound specification version, and how it stood; null where the version was not registered by then. */
  readonly readiness: batches.ReleaseReadiness | null;
  readonly results: readonly batches.TestResult[];
  readonly materials: readonly batches.MaterialUse[];
  readonly openDeviations: readonly { readonly id: string; readonly class: string; readonly rule: string | null }[];
  readonly restrictions: readonly (batches.Restriction & { readonly restriction: string })[];
  readonly balance: batches.ContainerBalance;
  /** What was recorded here by that position: how many events, and the newest. Their bodies are in the history. */
  readonly recorded: { readonly events: number };
  /** What the signers of each disposition listed as reviewed. */
  readonly reviewed: readonly Reviewed[];
  /** Every entry that persons have signed and that the reader may read, with what they meant; signatures are checked anew. */
  readonly signed: readonly SignedEntry[];
  /** Every entry that was copied from paper, with both times, the page, and who copied and checked it. */
  readonly copied: readonly CopiedEntry[];
  /** Where the record was taken over from another system or a binder. */
  readonly imported: {
    readonly event: string;
    readonly source: batches.Legacy['source'];
    readonly declared: readonly batches.LegacyFact[];
  } | null;
  /** What imported records do not know, here and upstream. */
  readonly gaps: readonly batches.GapOf[];
  /** Results that failed after an infusion, and whether the physician was told. */
  readonly lateResults: readonly batches.LateResult[];
};

type Reviewed = {
  readonly event: string;
  readonly disposition: string;
  readonly decidedAt: string | null;
  /** Newest entry of the batch that they read. */
  readonly upTo: { readonly seq: number; readonly leaf: string };
  readonly evidence: unknown;
  /** Entries that had been recorded in the batch by then and are newer than what they read. */
  readonly unread: number;
  readonly signatures: readonly PersonSignature[];
  /** Gaps of imported records that the signers listed. */
  readonly gaps: unknown;
  /** Of an exceptional release: for whom, in spite of what, and on which grounds. */
  readonly exception: ExceptionGrounds | null;
  /** Event that closed a conditional release. */
  readonly closedBy: string | null;
};

/** Personal fields stay digests. The patient is named to those who know the patients of the batch. */
type ExceptionGrounds = {
  readonly treatment: string;
  readonly patient: string | null;
  readonly failed: readonly unknown[];
  readonly pendingTests: readonly string[];
  readonly noAlternative: unknown;
  readonly riskBenefit: unknown;
  readonly request: unknown;
  readonly patientInformed: unknown;
  readonly authorityInformed: unknown;
};

/** What a release rests on, as it was at the moment. @throws TraceError `not-found` */
export async function dossierOf(asking: Asking, store: EventStore, batch: string): Promise<Dossier> {
  const { snapshot, sight } = asking;
  const stream = `batch-${batch}`;
  const number = knownBy(snapshot, stream);
  if (number === undefined || !seesStream(snapshot, sight, number)) {
    throw new TraceError('not-found', `nothing is known of batch ${batch} at this moment`);
  }
  type Row = {
    event: string;
    seq: number;
    disposition: string;
    reviewed_seq: number;
    reviewed_leaf: string;
    evidence: string | null;
    decided_at: string | null;
    closed_by: string | null;
  };
  const disposed = snapshot.all<Row>(
    `SELECT d.key AS event, d.seq, d.disposition, d.reviewed_seq, d.reviewed_leaf, d.evidence, d.decided_at, d.closed_by FROM dispositions d
      WHERE d.stream = :number AND {rows d} ORDER BY d.seq`,
    { number },
  );
  const recorded = streamEntries(asking, stream).length;
  const product = snapshot.get<{ product: number | null }>(
    'SELECT b.product FROM batches b WHERE b.stream = :number AND {rows b}',
    {
      number,
    },
  )?.product;
  const productSeq = product == null ? -1 : newestSeq(snapshot, product);
  const productStream = product == null ? undefined : snapshot.name(product);
  const { position, recordedAt } = snapshot.moment;
  const state = await stateAt<batches.BatchState>(store, stream, recorded - 1);
  const specified =
    productStream && productSeq >= 0 ? await stateAt<registry.ProductState>(store, productStream, productSeq) : undefined;
  const specification = state.product ? specified?.specifications.get(state.product.specification) : undefined;
  const seen = sightOf(asking, number);
  // A disposition is everybody's who may read the dossier; what was signed at the bedside of others is not.
  const dispositions = new Set(disposed.flatMap(({ event, closed_by }) => [event, closed_by]));
  const signed = await signedEntries(
    store,
    stream,
    recorded - 1,
    (event, body) => dispositions.has(event) || showsBody(seen, body),
    (key) => {
      const known = snapshot.number(key);
      return known === undefined ? -1 : newestSeq(snapshot, known);
    },
  );
  const signaturesOf = new Map(signed.map(({ event, signatures }) => [event, signatures]));
  const upstream = await statesOf(asking, store, state.legacyOrigins);
  const namesPatients = seesPatientsOf(snapshot, sight, number);
  const decided = await decisionsOf(store, stream, disposed);
  return {
    batch: idOf(stream),
    numbers: state.identifiers.map(({ value }) => value),
    owner: state.owner,
    product: state.product && { ...state.product, name: specification?.name ?? null },
    position,
    recordedAt,
    readiness: specification ? batches.releaseReadiness(state, specification) : null,
    results: [...state.tests.values()],
    materials: state.materials,
    openDeviations: [...state.deviations.values()]
      .filter(({ closed }) => closed === null)
      .map(({ id, class: severity, rule }) => ({ id, class: severity, rule })),
    restrictions: [
      ...state.quarantines.map((each) => ({ ...each, restriction: 'quarantine' })),
      ...state.holds.map((each) => ({ ...each, restriction: 'hold' })),
      ...state.recalls.map((each) => ({ ...each, restriction: 'recall' })),
    ],
    balance: batches.containerBalance(state),
    recorded: { events: recorded },
    reviewed: disposed.map(({ event, seq, disposition, reviewed_seq, reviewed_leaf, evidence, decided_at, closed_by }) => ({
      event,
      disposition,
      decidedAt: decided_at,
      upTo: { seq: reviewed_seq, leaf: reviewed_leaf },
      evidence: evidence === null ? null : (JSON.parse(evidence) as unknown),
      unread: Math.max(0, seq - 1 - reviewed_seq),
      signatures: signaturesOf.get(event) ?? [],
      gaps: decided.get(event)?.['gaps'] ?? null,
      exception: disposition === 'exceptionally-released' ? groundsOf(decided.get(event), namesPatients) : null,
      closedBy: closed_by,
    })),
    signed,
    copied: await copiedEntries(store, stream, recorded - 1),
    imported: state.legacy && { event: state.legacy.event, source: state.legacy.source, declared: state.legacy.declared },
    gaps: batches.legacyGaps(state, { states: (_, ids) => new Map(ids.map((id) => [id, upstream.get(id) as never])) }),
    lateResults: batches.lateResults(state),
  };
}

/** What each disposition said, by its event. */
async function decisionsOf(
  store: EventStore,
  stream: string,
  disposed: readonly { readonly event: string }[],
): Promise<Map<string, Readonly<Record<string, unknown>>>> {
  const found = new Map<string, Readonly<Record<string, unknown>>>();
  for (const { event } of disposed) {
    const stored = await store.findById(stream, event);
    if (!stored) continue;
    const { content } = JSON.parse(Buffer.from(stored.body).toString('utf8')) as { content: { data: Record<string, unknown> } };
    found.set(event, content.data);
  }
  return found;
}

function groundsOf(data: Readonly<Record<string, unknown>> | undefined, namesPatients: boolean): ExceptionGrounds | null {
  if (!data) return null;
  return {
    treatment: String(data['treatment']),
    patient: namesPatients ? String(data['patient']) : null,
    failed: data['failed'] as readonly unknown[],
    pendingTests: (data['pendingTests'] ?? []) as readonly string[],
    noAlternative: data['noAlternative'],
    riskBenefit: data['riskBenefit'],
    request: data['request'],
    patientInformed: data['patientInformed'],
    authorityInformed: data['authorityInformed'] ?? null,
  };
}

/** Imported batches upstream, as they stood at the moment. */
async function statesOf(
  { snapshot }: Asking,
  store: EventStore,
  ids: ReadonlySet<string>,
): Promise<Map<string, batches.BatchState>> {
  const found = new Map<string, batches.BatchState>();
  for (const id of ids) {
    const number = knownBy(snapshot, `batch-${id}`);
    if (number === undefined) continue;
    found.set(id, await stateAt<batches.BatchState>(store, `batch-${id}`, newestSeq(snapshot, number)));
  }
  return found;
}
