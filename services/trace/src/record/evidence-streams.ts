import { parsePosition } from '@cytoledger/event-store';
import type { Caller } from '@cytoledger/service-kit';
import type { Vault } from '@cytoledger/vault';
import { TraceError } from '../errors.ts';
import { lotsBehind, samplesTakenOf } from '../query/lots.ts';
import { knownBy } from '../query/origin.ts';
import { processesAbout } from '../query/processes.ts';
import type { StreamNumber } from '../query/snapshot.ts';
import { seesStream } from '../query/stream-sight.ts';
import { walkUp } from '../query/walk.ts';
import { refusalOf } from '../refusals.ts';
import type { TraceModel } from '../trace-model.ts';
import type { Asking } from '../traces/answer.ts';
import { readerOf } from '../viewer-of.ts';
import { disclosuresIn } from './disclosed.ts';
import { showsBody, sightOf } from './history.ts';

/** A stream whose headers a viewer gets, and which of its bodies. */
export type EvidenceStream = { readonly stream: string; readonly shows: (body: string) => boolean };

/** What the evidence about a batch may hold for a caller. */
export type EvidenceSight = {
  readonly streams: readonly EvidenceStream[];
  /** For each body that is shown, the disclosures that the caller may see, with marks for those that were erased; where they were asked for. */
  readonly disclose?: (bodies: readonly string[]) => Promise<string[][]>;
};

export type EvidenceQuestion = {
  readonly batch: string;
  /** Everything upstream as well, with the lots that touched the cells, the samples that were taken of either, and what was done about any of them. */
  readonly lineage: boolean;
  /** Of an event that the answer must know of. */
  readonly position: string | undefined;
  /** Opens personal values where they are wanted. */
  readonly vault: Pick<Vault, 'open'> | undefined;
  readonly signal: AbortSignal;
};

/**
 * What the evidence about a batch may hold for a caller: the batch, with its lineage what it was made of, what touched the cells and what was tested, and
 * the caller's own treatments with it; and of each of these the recalls, corrections and deviations across records that name it.
 * Whoever holds a unit of the batch, or was given one, gets the headers of it all and sees the bodies that are theirs.
 *
 * @throws Refusal
 */
export async function requireEvidence(
  trace: TraceModel,
  caller: Caller,
  { batch, lineage, position, vault, signal }: EvidenceQuestion,
): Promise<EvidenceSight> {
  const viewer = readerOf(caller);
  try {
    const minPosition = position === undefined ? undefined : parsePosition(position);
    const streams = await trace.ask(viewer, { minPosition, signal }, (asking) => streamsOf(asking, `batch-${batch}`, lineage));
    if (!vault) return { streams };
    const disclose = (bodies: readonly string[]) =>
      disclosuresIn(
        vault,
        viewer,
        bodies.map((body) => JSON.parse(body) as unknown),
      );
    return { streams, disclose };
  } catch (error) {
    throw refusalOf(error);
  }
}

function streamsOf(asking: Asking, batch: string, lineage: boolean): EvidenceStream[] {
  const { snapshot, sight } = asking;
  const number = knownBy(snapshot, batch);
  if (number === undefined || !(seesStream(snapshot, sight, number) || hasToDoWith(asking, number)))
    throw new TraceError('not-found', `nothing is known of ${batch} at this moment`);
  const upstream = lineage ? walkUp(snapshot, [number]).streams : [number];
  const beside = lineage ? [...personsBehind(asking, upstream), ...lotsAndSamples(asking, upstream)] : [];
  const records = new Set([...upstream, ...beside, ...ownTreatments(asking, number)]);
  const streams = [...records, ...processesAbout(asking, [...records])];
  return streams.map((stream) => {
    const seen = sightOf(asking, stream);
    return { stream: seen.stream, shows: (body) => showsBody(seen, body) };
  });
}

/** A unit of the batch is or was meant for the viewer, or in their hands. */
function hasToDoWith({ snapshot, sight }: Asking, batch: StreamNumber): boolean {
  const { viewer } = sight;
  if (viewer.kind === 'auditor') return false;
  const patient = viewer.kind === 'patient' ? (snapshot.number(`person-${viewer.patient}`) ?? null) : null;
  if (viewer.kind === 'patient' && patient === null) return false;
  const own = viewer.kind === 'patient' ? 'w.allocated_patient = :patient' : '(w.allocated_site = :org OR w.custodian = :org)';
  return (
    snapshot.get(`SELECT 1 AS own FROM whereabouts w WHERE w.stream = :batch AND ${own} AND w.began <= :e LIMIT 1`, {
      batch,
      ...(viewer.kind === 'patient' ? { patient } : { org: viewer.org }),
    }) !== undefined
  );
}

function lotsAndSamples({ snapshot }: Asking, upstream: readonly StreamNumber[]): StreamNumber[] {
  const lots = lotsBehind(snapshot, upstream);
  return [...lots, ...samplesTakenOf(snapshot, [...upstream, ...lots])];
}

/** Donors and mothers, as far as the viewer sees them or the donation that names them: the name of a person's stream is their pseudonym. */
function personsBehind({ snapshot, sight }: Asking, upstream: readonly StreamNumber[]): StreamNumber[] {
  const rows = snapshot.all<{ stream: StreamNumber; donor: StreamNumber | null; birth_mother: StreamNumber | null }>(
    'SELECT d.stream, d.donor, d.birth_mother FROM json_each(:upstream) u CROSS JOIN donations d WHERE d.stream = u.value AND {rows d}',
    { upstream: JSON.stringify(upstream) },
  );
  return rows.flatMap(({ stream, donor, birth_mother }) => {
    const isNamed = seesStream(snapshot, sight, stream);
    return [donor, birth_mother].filter(
      (person): person is StreamNumber => person !== null && (isNamed || seesStream(snapshot, sight, person)),
    );
  });
}

function ownTreatments({ snapshot, sight }: Asking, batch: StreamNumber): StreamNumber[] {
  if (sight.viewer.kind !== 'hospital' && sight.viewer.kind !== 'patient') return [];
  const rows = snapshot.all<{ treatment: StreamNumber }>(
    `SELECT DISTINCT w.infused_in AS treatment FROM whereabouts w WHERE w.stream = :batch AND w.infused_in IS NOT NULL AND {rows w}
      UNION SELECT DISTINCT w.allocated_to FROM whereabouts w WHERE w.stream = :batch AND w.allocated_to IS NOT NULL AND {rows w}`,
    { batch },
  );
  return rows.flatMap(({ treatment }) => (seesStream(snapshot, sight, treatment) ? [treatment] : []));
}
