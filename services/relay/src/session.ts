import type { EventStore, Position } from '@cytoledger/event-store';
import { type Broker, EVENT_TOPICS, TOPICS } from '@cytoledger/messaging';
import { type Checkpoint, checkCheckpoint, readCheckpoint } from './checkpoint.ts';
import { Gathering, type Limits } from './gathering.ts';
import { type Outgoing, outgoing } from './outgoing.ts';

export type SessionParts = {
  readonly store: EventStore;
  readonly broker: Broker;
  readonly origin: string;
  /** Of the transactional producer: one at a time may have it. */
  readonly id: string;
  /** Of topics that are made. */
  readonly partitions: number;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  /** Told when this is the one that relays. */
  readonly onBegun: (checkpoint: Checkpoint | undefined) => void;
  /** Told of each transaction that is durable, and of the oldest event that is not. */
  readonly onCommitted: (checkpoint: Checkpoint, count: number, next: Outgoing | undefined) => void;
  /** Told of what is about to be sent. */
  readonly onSending: (first: Outgoing) => void;
};

/**
 * Takes the producer's id over, goes on where the last committed transaction ended, and relays until it is told to stop or something fails.
 * Events and checkpoint are one transaction: whatever became of a transaction whose outcome nobody knows, the checkpoint tells.
 *
 * @throws MessagingError, RelayError, EventStoreError
 */
export async function relaySession(parts: SessionParts): Promise<void> {
  const { store, broker, origin, id, signal, limits } = parts;
  const partitions = await broker.ensureTopics([
    { name: TOPICS.relayCheckpoint, partitions: 1, compacted: true },
    ...EVENT_TOPICS.map((name) => ({ name, partitions: parts.partitions })),
  ]);
  const producer = await broker.openProducer(id, EVENT_TOPICS);
  const ending = new AbortController();
  const gathering = new Gathering(limits);
  let following: Promise<void> | undefined;
  try {
    const text = await broker.readCheckpoint(id);
    let checkpoint = text === undefined ? undefined : readCheckpoint(text);
    if (checkpoint) await checkCheckpoint(checkpoint, { store, origin, partitions });
    parts.onBegun(checkpoint);
    const counts = Object.fromEntries(EVENT_TOPICS.map((topic) => [topic, partitions.get(topic)!]));
    const log = store.subscribe({
      after: checkpoint?.position as Position | undefined,
      signal: AbortSignal.any([signal, ending.signal]),
    });
    following = gathering.follow(log, (event) => outgoing(event, origin, partitions));
    for (;;) {
      const taken = await gathering.take();
      const last = taken.at(-1);
      if (!last || signal.aborted) return;
      parts.onSending(taken[0]!);
      const { position, stream, seq, leaf } = last;
      const events = (checkpoint?.events ?? 0) + taken.length;
      const next: Checkpoint = { v: 1, origin, position, stream, seq, leaf, events, partitions: counts };
      await producer.commit(
        JSON.stringify(next),
        taken.map(({ message }) => message),
      );
      checkpoint = next;
      parts.onCommitted(next, taken.length, gathering.first);
    }
  } finally {
    gathering.end();
    ending.abort();
    await producer.close();
    await following;
  }
}
