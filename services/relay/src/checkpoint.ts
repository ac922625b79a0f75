import { leafHash } from '@cytoledger/attest';
import { type EventStore, type Position, parsePosition, type StoredEvent } from '@cytoledger/event-store';
import { RelayError } from './errors.ts';

/** How far the relay is: committed with the messages, so that neither can be there without the other. */
export type Checkpoint = {
  readonly v: 1;
  /** Of the log. */
  readonly origin: string;
  /** The last event that was relayed: with its leaf, another history of the same log is noticed. */
  readonly position: Position;
  readonly stream: string;
  readonly seq: number;
  readonly leaf: string;
  /** Relayed since the beginning. */
  readonly events: number;
  /** Partitions of each topic: with another number a stream would move to another partition, and its order would be lost. */
  readonly partitions: Readonly<Record<string, number>>;
};

/** @throws RelayError `unreadable-checkpoint` */
export function readCheckpoint(text: string): Checkpoint {
  try {
    const { v, origin, position, stream, seq, leaf, events, partitions } = JSON.parse(text) as Checkpoint;
    const isWhole =
      v === 1 && [origin, stream, leaf].every((one) => typeof one === 'string') && [seq, events].every(Number.isSafeInteger);
    if (isWhole && typeof partitions === 'object') {
      return { v, origin, position: parsePosition(position), stream, seq, leaf, events, partitions };
    }
  } catch {
    // Told below: it was written by something else.
  }
  throw new RelayError('unreadable-checkpoint', `the checkpoint was not written by this version: ${text.slice(0, 200)}`);
}

/**
 * Whether the log still is the one that was relayed, and topics have the partitions that they had.
 *
 * @throws RelayError `other-log`, `other-history`, `other-partitions`
 */
export async function checkCheckpoint(
  checkpoint: Checkpoint,
  { store, origin, partitions }: { store: EventStore; origin: string; partitions: ReadonlyMap<string, number> },
): Promise<void> {
  if (checkpoint.origin !== origin) {
    throw new RelayError('other-log', `these topics hold the log ${checkpoint.origin}, not ${origin}: relay to another cluster`);
  }
  for (const [topic, had] of Object.entries(checkpoint.partitions)) {
    const has = partitions.get(topic);
    if (has !== undefined && has !== had) {
      throw new RelayError('other-partitions', `${topic} had ${had} partitions and has ${has}: streams would lose their order`);
    }
  }
  const last = await eventAt(store, checkpoint.stream, checkpoint.seq);
  if (last?.position !== checkpoint.position || leafHash(last.header) !== checkpoint.leaf) {
    throw new RelayError(
      'other-history',
      `the log has another event than the one that was relayed last, ${checkpoint.stream} ${checkpoint.seq} at ${checkpoint.position}: was an older backup restored?`,
    );
  }
}

async function eventAt(store: EventStore, stream: string, seq: number): Promise<StoredEvent | undefined> {
  for await (const [event] of store.readStream(stream, { from: seq, limit: 1 })) return event;
  return undefined;
}
