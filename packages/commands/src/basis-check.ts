import { type Body, contentTextOf, type Header, readBody, readHeader } from '@cytoledger/attest';
import type { Aggregate, Violation } from '@cytoledger/domain';
import { comparePositions, type EventStore, type Position, type StoredEvent } from '@cytoledger/event-store';
import { CommittedSight } from './committed.ts';
import { factOf, foldWithCorrections, readRecorded } from './folded.ts';
import type { Prepared } from './prepared.ts';

/**
 * What a stored event's decision would have found besides, had it read what other streams said when the event was appended. Empty where
 * nothing that it names as its basis had moved by then, and where the same would have been decided. A function of the log: whoever asks,
 * and whenever, is told the same. What it would have been refused for is critical.
 *
 * @param basis what it read; as it names it itself where left out, which leaves out streams that had no event then
 */
export async function movedFindings(
  store: EventStore,
  stored: StoredEvent,
  basis: Basis = basisOf(stored),
): Promise<readonly Violation[]> {
  const moved = await movedBefore(store, basis, stored.position);
  if (moved.size === 0) return [];
  const prepared = preparedAgain(stored);
  const { fact, target } = prepared;
  const own = await foldWithCorrections(store, fact.aggregate as Aggregate<unknown>, target, stored.revision);
  const { recordedAt } = readHeader(stored.header);
  const decide = async (eventsOf: (stream: string) => Promise<number> | number) => {
    const sight = new CommittedSight(store, async (stream) => eventsOf(stream));
    const { verdict } = await sight.decide(prepared, own, Date.parse(recordedAt));
    return [...verdict.reasons.map(critical), ...verdict.findings.map(graded)];
  };
  const read = (stream: string) => (basis.get(stream) ?? -1) + 1;
  const before = await decide(read);
  const known = new Set(before.map(({ rule, pointer }) => `${rule.id} ${pointer}`));
  // Streams that had no event when they were read are not among the basis.
  const then = await decide((stream) => moved.get(stream) ?? eventsBefore(store, stream, read(stream) - 1, stored.position));
  return then.filter(({ rule, pointer }) => !known.has(`${rule.id} ${pointer}`));
}

/** Streams by name, with the revision of the newest event that a decision read of each; −1 where it had none. */
export type Basis = ReadonlyMap<string, number>;

export function basisOf(stored: Pick<StoredEvent, 'body'>): Basis {
  return new Map(readBody(stored.body).basis.map(({ stream, seq }) => [stream, seq]));
}

/** The content as it was decided about, from what is stored. */
export function preparedAgain(stored: StoredEvent): Prepared {
  const { actor, correlation, causation }: Body = readBody(stored.body);
  const { signatures }: Header = readHeader(stored.header);
  const { id, type, stream, occurredAt, capture, data } = readRecorded(stored);
  const fact = factOf(type);
  if (!fact) throw new TypeError(`${type} is no fact of this version`);
  return {
    ...{ fact, target: stream.slice(fact.aggregate.name.length + 1), stream, id, occurredAt, capture },
    data: data as Prepared['data'],
    contentText: contentTextOf(stored.body),
    ...{ signatures, disclosures: [], actor, correlation, causation },
  };
}

/** How many events each stream had before that position, of those that had grown since they were read. */
async function movedBefore(store: EventStore, basis: Basis, position: Position): Promise<ReadonlyMap<string, number>> {
  const moved = new Map<string, number>();
  for (const [stream, seq] of basis) {
    const events = await eventsBefore(store, stream, seq, position);
    if (events > seq + 1) moved.set(stream, events);
  }
  return moved;
}

/** How many events the stream had before that position; it had those up to `known`. */
async function eventsBefore(store: EventStore, stream: string, known: number, position: Position): Promise<number> {
  for await (const page of store.readStream(stream, { from: known + 1 })) {
    for (const event of page) if (comparePositions(event.position, position) >= 0) return event.revision;
    known = page.at(-1)?.revision ?? known;
  }
  return known + 1;
}

function graded(violation: Violation): Violation {
  return violation.rule.severity === 'gate' ? critical(violation) : violation;
}

function critical(violation: Violation): Violation {
  return { ...violation, rule: { ...violation.rule, deviation: 'critical' } };
}
