import { amendmentOf } from '@cytoledger/domain';
import type { EventStore, StoredEvent } from '@cytoledger/event-store';
import { TraceError } from '../errors.ts';
import { lotsBehind, samplesTakenOf } from '../query/lots.ts';
import { knownBy } from '../query/origin.ts';
import type { Snapshot, StreamNumber } from '../query/snapshot.ts';
import { patientsOf, seesPatientsOf, seesStream } from '../query/stream-sight.ts';
import { walkDown, walkUp } from '../query/walk.ts';
import type { Asking } from '../traces/answer.ts';
import { isOfBedside } from './bedside-entries.ts';

/** Where an event stands. */
export type EntryAt = {
  readonly stream: string;
  readonly seq: number;
  readonly visible: boolean;
  /** Pseudonyms of patients whom the viewer may not know: a body that names one of them is withheld, and what tells of a bedside. */
  readonly hides: ReadonlySet<string> | null;
};

const PAGE = 500;

/**
 * The entries of one stream up to the moment, oldest first.
 *
 * @throws TraceError `not-found`
 */
export function streamEntries(asking: Asking, stream: string): EntryAt[] {
  const { snapshot, sight } = asking;
  const number = knownBy(snapshot, stream);
  if (number === undefined || !seesStream(snapshot, sight, number)) {
    throw new TraceError('not-found', `nothing is known of ${stream} at this moment`);
  }
  return entriesOf(asking, [number]);
}

/** What a viewer may see of a stream's bodies. */
export function sightOf({ snapshot, sight }: Asking, stream: StreamNumber): Omit<EntryAt, 'seq'> {
  const name = snapshot.name(stream);
  const hides = name.startsWith('batch-') && !seesPatientsOf(snapshot, sight, stream) ? patientsOf(snapshot, stream) : null;
  return { stream: name, visible: seesStream(snapshot, sight, stream), hides };
}

/** In log order. Of a stream that the viewer may not read, and of events that name patients of others, the body is withheld. */
function entriesOf(asking: Asking, streams: readonly StreamNumber[]): EntryAt[] {
  const { snapshot } = asking;
  const seen = new Map(streams.map((stream) => [stream, sightOf(asking, stream)] as const));
  return snapshot
    .all<{ stream: StreamNumber; seq: number }>(
      `SELECT n.stream, n.seq FROM json_each(:streams) s CROSS JOIN entries n
        WHERE n.stream = s.value AND n.entry <= :e ORDER BY n.entry`,
      { streams: JSON.stringify(streams) },
    )
    .map(({ stream, seq }) => ({ ...seen.get(stream)!, seq }));
}

/** Revision of the stream's newest event at the moment; −1 where it had none. */
export function newestSeq(snapshot: Snapshot, number: StreamNumber): number {
  const row = snapshot.get<{ seq: number }>(
    'SELECT seq FROM entries WHERE stream = :number AND entry <= :e ORDER BY seq DESC LIMIT 1',
    { number },
  );
  return row?.seq ?? -1;
}

/**
 * A batch with everything upstream and downstream of it, in log order: its donations, their donors, the batches before and after, the treatments
 * and the shipments, the lots that touched the cells with what they were prepared of, and the samples. Of what the viewer may not read, that it is there.
 *
 * @throws TraceError `not-found`
 */
export function familyEntries(asking: Asking, batch: string): EntryAt[] {
  const { snapshot, sight } = asking;
  const number = knownBy(snapshot, `batch-${batch}`);
  if (number === undefined || !seesStream(snapshot, sight, number)) {
    throw new TraceError('not-found', `nothing is known of batch ${batch} at this moment`);
  }
  return entriesOf(asking, familyOf(snapshot, number));
}

function familyOf(snapshot: Snapshot, batch: StreamNumber): StreamNumber[] {
  const upstream = walkUp(snapshot, [batch]).streams;
  const lineage = [...new Set([...upstream, ...walkDown(snapshot, [batch]).streams])];
  const lots = lotsBehind(snapshot, upstream);
  const beside = snapshot.all<{ stream: StreamNumber | null }>(
    `SELECT d.donor AS stream FROM json_each(:lineage) l CROSS JOIN donations d WHERE d.stream = l.value AND {rows d}
      UNION SELECT d.birth_mother FROM json_each(:lineage) l CROSS JOIN donations d WHERE d.stream = l.value AND {rows d}
      UNION SELECT w.infused_in FROM json_each(:lineage) l CROSS JOIN whereabouts w WHERE w.stream = l.value AND {rows w}
      UNION SELECT i.stream FROM json_each(:lineage) l CROSS JOIN infusions i WHERE i.batch = l.value AND {rows i}
      UNION SELECT w.allocated_to FROM json_each(:lineage) l CROSS JOIN whereabouts w WHERE w.stream = l.value AND {rows w}
      UNION SELECT w.last_shipment FROM json_each(:lineage) l CROSS JOIN whereabouts w WHERE w.stream = l.value AND {rows w}`,
    { lineage: JSON.stringify(lineage) },
  );
  const sampled = samplesTakenOf(snapshot, [...lineage, ...lots]);
  return [...new Set([...lineage, ...beside.flatMap(({ stream }) => stream ?? []), ...lots, ...sampled])];
}

/** One line of a history. */
export type HistoryEvent = {
  readonly position: string;
  readonly header: unknown;
  /** Null where it is withheld; the header then still proves that nothing is missing. */
  readonly body: unknown;
  /** Id of the newest correction that stands in its place, or took it back; null where none does. */
  readonly correctedBy: string | null;
};

/**
 * The events themselves, straight from the log, in the order of the entries.
 *
 * @param all entries of which these are a page: what is on it may be corrected by what stands on a later one
 */
export async function* historyOf(
  store: EventStore,
  entries: readonly EntryAt[],
  all: readonly EntryAt[] = entries,
): AsyncGenerator<HistoryEvent> {
  const corrections = await correctionsOf(store, entries, all);
  for await (const { stored, visible } of storedOf(store, entries)) {
    yield {
      position: stored.position,
      header: JSON.parse(text(stored.header)),
      body: visible ? JSON.parse(text(stored.body)) : null,
      correctedBy: corrections.get(`${stored.stream}/${stored.id}`) ?? null,
    };
  }
}

/** `application/x-ndjson`: header and body stand in each line byte for byte as in the log, so that a reader can hash them. */
export async function* ndjsonOf(store: EventStore, entries: readonly EntryAt[]): AsyncGenerator<string> {
  for await (const { stored, visible } of storedOf(store, entries)) {
    const body = visible ? text(stored.body) : 'null';
    yield `{"position":${JSON.stringify(stored.position)},"header":${text(stored.header)},"body":${body}}\n`;
  }
}

const CORRECTION = /\.(?:corrected|voided)\.v1$/;

/** By stream and id of what they correct, the newest that the viewer may read. A correction stands behind its target, in the same stream. */
async function correctionsOf(
  store: EventStore,
  page: readonly EntryAt[],
  all: readonly EntryAt[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const last = new Map(all.map(({ stream, seq }) => [stream, seq]));
  for (const [stream, [first]] of Map.groupBy(page, (entry) => entry.stream)) {
    const { seq: from, visible } = first!;
    if (!visible) continue;
    for await (const read of store.readStream(stream, { from, limit: last.get(stream)! - from + 1 })) {
      for (const { id, type, body } of read) {
        if (!CORRECTION.test(type) || !showsBody(first!, text(body))) continue;
        const { content } = JSON.parse(text(body)) as { content: { type: string; data: unknown } };
        const correction = amendmentOf(content);
        if (correction) found.set(`${stream}/${correction.event}`, id);
      }
    }
  }
  return found;
}

async function* storedOf(
  store: EventStore,
  entries: readonly EntryAt[],
): AsyncGenerator<{ stored: StoredEvent; visible: boolean }> {
  for (let at = 0; at < entries.length; at += PAGE) {
    const page = entries.slice(at, at + PAGE);
    const events = new Map<string, StoredEvent>();
    for (const [stream, own] of Map.groupBy(page, (entry) => entry.stream)) {
      const from = own[0]!.seq;
      for await (const read of store.readStream(stream, { from, limit: own.at(-1)!.seq - from + 1 })) {
        for (const event of read) events.set(`${stream}/${event.revision}`, event);
      }
    }
    for (const { stream, seq, visible, hides } of page) {
      const stored = events.get(`${stream}/${seq}`)!;
      yield { stored, visible: showsBody({ visible, hides }, text(stored.body)) };
    }
  }
}

/** Whether a viewer may see this body of a stream. */
export function showsBody({ visible, hides }: Pick<EntryAt, 'visible' | 'hides'>, body: string): boolean {
  return visible && !(hides && (isOfBedside(body) || namesAny(body, hides)));
}

const PSEUDONYMS = /[A-Za-z0-9_-]{8,64}/g;

/** Whether a body speaks of a patient: in a member of that name, or of one of these anywhere, as the sentence of a deviation may. */
function namesAny(body: string, patients: ReadonlySet<string>): boolean {
  if (body.includes('"patient":"')) return true;
  return patients.size > 0 && (body.match(PSEUDONYMS)?.some((word) => patients.has(word)) ?? false);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
