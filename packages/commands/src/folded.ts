import { contentDigest, contentTextOf, leafHash } from '@cytoledger/attest';
import {
  type Aggregate,
  type Amendment,
  type AnyFact,
  amended,
  amendmentOf,
  type Entry,
  effectiveOf,
  facts,
  type Recorded,
  upcast,
} from '@cytoledger/domain';
import type { EventStore, StoredEvent } from '@cytoledger/event-store';

/** A stream folded up to its head. */
export type Folded = {
  readonly stream: string;
  readonly aggregate: Aggregate<unknown>;
  readonly state: unknown;
  /** Null before the first event. */
  head: Head | null;
  /** Event id → seq. */
  readonly ids: Map<string, number>;
  /** Newest amendment of each amended event: it stands in its original's place, or says that nothing does. */
  readonly corrections: Map<string, Amendment>;
  /** Type of the first event. */
  firstType: string | null;
  /** What keeping the state costs in memory, estimated from the events folded in. */
  bytes: number;
  /** True when events were folded in that were not stored in the end: nobody may read it any more. */
  spoiled: boolean;
};

export type Head = { readonly seq: number; readonly leaf: string; readonly recordedAt: string };

export function emptyFold(aggregate: Aggregate<unknown>, id: string, stream: string): Folded {
  return {
    stream,
    aggregate,
    state: aggregate.initial(id),
    head: null,
    ids: new Map(),
    corrections: new Map(),
    firstType: null,
    bytes: 0,
    spoiled: false,
  };
}

/** Reads the whole stream, or what is newer than the fold; a newer correction makes it start over. */
export async function foldFromStore(
  store: EventStore,
  aggregate: Aggregate<unknown>,
  id: string,
  held?: Folded,
): Promise<Folded> {
  const stream = streamName(aggregate, id);
  let fold = held ?? emptyFold(aggregate, id, stream);
  const corrections = new Map(fold.corrections);
  for await (const page of store.readStream(stream, { from: fold.head ? fold.head.seq + 1 : 0 })) {
    for (const stored of page) {
      // Its queue may have taken it meanwhile: the fold that is caught up is the one on which it decides.
      if (fold.head && stored.revision <= fold.head.seq) continue;
      const event = readRecorded(stored);
      const correction = amendmentOf(event);
      if (correction && fold.ids.has(correction.event)) {
        return foldWithCorrections(store, aggregate, id);
      }
      advance(fold, event, stored);
    }
  }
  if (corrections.size !== fold.corrections.size) fold = await foldWithCorrections(store, aggregate, id);
  return fold;
}

/** The fold of the stream's first events, at most `limit`. */
export async function foldWithCorrections(
  store: EventStore,
  aggregate: Aggregate<unknown>,
  id: string,
  limit?: number,
): Promise<Folded> {
  const stream = streamName(aggregate, id);
  const fold = emptyFold(aggregate, id, stream);
  if (limit === 0) return fold;
  const options = limit === undefined ? {} : { limit };
  for await (const page of store.readStream(stream, options)) {
    for (const stored of page) {
      const event = readRecorded(stored);
      const correction = amendmentOf(event);
      if (correction) fold.corrections.set(correction.event, correction);
    }
  }
  for await (const page of store.readStream(stream, options)) {
    for (const stored of page) advance(fold, readRecorded(stored), stored);
  }
  return fold;
}

/** Applies one event that stands at the next seq. */
export function advance(fold: Folded, event: Recorded, sealed: { header: Uint8Array; body: Uint8Array; leaf?: string }): void {
  applyEffective(fold, event);
  fold.ids.set(event.id, event.seq);
  fold.firstType ??= event.type;
  fold.bytes += memoryOf(sealed.body);
  fold.head = { seq: event.seq, leaf: sealed.leaf ?? leafHash(sealed.header), recordedAt: event.recordedAt };
}

/** An id, and what an everyday entry leaves in a state (measured: 110 to 200 bytes on batches). */
const EVERYDAY_COST_BYTES = 250;
/** A longer body lists things, e.g. 400 bags, and each of them becomes an object (measured: five times its text). */
const EVERYDAY_BODY_BYTES = 1000;
const LISTED_FACTOR = 5;

function memoryOf(body: Uint8Array): number {
  return EVERYDAY_COST_BYTES + LISTED_FACTOR * Math.max(0, body.length - EVERYDAY_BODY_BYTES);
}

/** Evolves the state by the event as it holds now: corrected, and of its newest version; not at all where it was taken back. */
function applyEffective(fold: Folded, event: Recorded): void {
  const effective = effectiveOf(event, fold.corrections);
  if (effective) factOf(effective.type)?.evolve(fold.state, effective);
}

/** For who asks for one entry by its id: as it was recorded where it was taken back. */
export function effectiveEvent(event: Recorded, amendment: Amendment | undefined): Recorded {
  return amended(event, amendment);
}

/** What a decision sees of one entry of its own stream. */
export function entryOf(stored: StoredEvent, amendment: Amendment | undefined): Entry {
  return { ...effectiveEvent(readRecorded(stored), amendment), contentDigest: contentDigest(contentTextOf(stored.body)) };
}

/** The domain's view of a stored event, upcast to its newest version. */
export function readRecorded(stored: StoredEvent): Recorded {
  const header = JSON.parse(utf8(stored.header)) as { recordedAt: string };
  const body = JSON.parse(utf8(stored.body)) as StoredBody;
  const { content } = body;
  const newest = upcast(content.type, content.data);
  return {
    id: content.id,
    type: newest.type,
    stream: stored.stream,
    seq: stored.revision,
    occurredAt: content.occurredAt,
    recordedAt: header.recordedAt,
    capture: content.capture,
    actor: body.actor,
    causation: body.causation,
    data: newest.data,
  };
}

type StoredBody = {
  actor: Recorded['actor'];
  causation: string | null;
  content: { id: string; type: string; occurredAt: string | null; capture: Recorded['capture']; data: unknown };
};

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

export function factOf(type: string): AnyFact | undefined {
  return facts.get(type);
}

/** `log` is the one stream without an id. */
export function streamName(aggregate: Pick<Aggregate<unknown>, 'name'>, id: string): string {
  return aggregate.name === 'log' ? 'log' : `${aggregate.name}-${id}`;
}
