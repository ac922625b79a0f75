import { batches, type registry } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import { TraceError } from '../errors.ts';
import { knownBy } from '../query/origin.ts';
import { idOf } from '../query/snapshot.ts';
import { seesStream } from '../query/stream-sight.ts';
import type { Asking } from '../traces/answer.ts';
import { newestSeq, streamEntries } from './history.ts';
import { stateAt } from './state.ts';

export type Dossier = {
  readonly batch: string;
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
  };
  const disposed = snapshot.all<Row>(
    `SELECT d.key AS event, d.seq, d.disposition, d.reviewed_seq, d.reviewed_leaf, d.evidence, d.decided_at FROM dispositions d
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
  return {
    batch: idOf(stream),
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
    reviewed: disposed.map(({ event, seq, disposition, reviewed_seq, reviewed_leaf, evidence, decided_at }) => ({
      event,
      disposition,
      decidedAt: decided_at,
      upTo: { seq: reviewed_seq, leaf: reviewed_leaf },
      evidence: evidence === null ? null : (JSON.parse(evidence) as unknown),
      unread: Math.max(0, seq - 1 - reviewed_seq),
    })),
  };
}
