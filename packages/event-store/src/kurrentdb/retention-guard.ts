import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { EventStoreError } from '../port.ts';
import type { Connection } from './connection.ts';
import { follow } from './follow.ts';
import type { LogPosition } from './log-position.ts';
import type { Patience } from './read.ts';
import { type RecordedEvent, streamOf, typeOf } from './recorded-event.ts';
import { subscribeTypesRequest } from './requests.ts';

const LOSES_EVENTS = ['$maxAge', '$maxCount', '$tb'] as const;
const TYPES = ['$metadata', '$streamDeleted'];

/**
 * Watches what the server was told to forget: the newest metadata of every stream of ours, and tombstones. The server passes over
 * its whole log once for it, and from then on sends each as it is set.
 */
export class RetentionGuard {
  /** Settles when the log has been passed over once; fails with `overloaded` when the server goes away meanwhile. */
  readonly passedOnce: Promise<void>;
  readonly #unsafe = new Map<string, string>();
  readonly #patienceMs: number;
  readonly #passed = Promise.withResolvers<void>();
  #isPassed = false;
  #after: LogPosition | undefined;

  constructor(connection: Connection, { readPatienceMs }: Patience) {
    this.#patienceMs = readPatienceMs;
    this.passedOnce = this.#passed.promise;
    this.passedOnce.catch(() => {});
    this.#watch(connection).catch((error) => this.#passed.reject(error));
  }

  /** @throws EventStoreError with code `unsafe-configuration`, which names a stream and what is set on it. */
  refuseUnsafe(): void {
    const [first] = this.#unsafe;
    if (!first) return;
    const [stream, set] = first;
    const others = this.#unsafe.size > 1 ? ` (and ${this.#unsafe.size - 1} more streams likewise)` : '';
    throw new EventStoreError(
      'unsafe-configuration',
      `stream ${stream} has ${set}${others}: the server would forget events of a log that must keep them all`,
      { stream },
    );
  }

  async #watch(connection: Connection): Promise<void> {
    const request = async () => subscribeTypesRequest(TYPES, this.#after);
    const patienceMs = () => (this.#isPassed ? undefined : this.#patienceMs);
    for await (const { messages } of follow(connection, request, { patienceMs })) {
      for (const message of messages) this.#take(message);
    }
  }

  #take(message: streams.ReadResp): void {
    const event = message.getEvent()?.getEvent();
    if (event) this.#look(event);
    const place = event ?? message.getCheckpoint();
    if (place) this.#after = { commit: place.getCommitPosition(), prepare: place.getPreparePosition() };
    if (!message.hasCaughtUp()) return;
    this.#isPassed = true;
    this.#passed.resolve();
  }

  #look(event: RecordedEvent): void {
    const stream = streamOf(event);
    if (typeOf(event) === '$streamDeleted' && !stream.startsWith('$')) this.#unsafe.set(stream, 'a tombstone');
    if (typeOf(event) !== '$metadata' || !/^\$\$[^$]/.test(stream)) return;
    const set = retentionIn(event);
    if (set.length > 0) this.#unsafe.set(stream.slice(2), set.join(', '));
    else this.#unsafe.delete(stream.slice(2));
  }
}

function retentionIn(event: RecordedEvent): readonly string[] {
  try {
    const metadata: unknown = JSON.parse(Buffer.from(event.getData_asU8()).toString('utf8'));
    return typeof metadata === 'object' && metadata !== null ? LOSES_EVENTS.filter((name) => name in metadata) : [];
  } catch {
    // The server passes over metadata that it cannot read.
    return [];
  }
}
