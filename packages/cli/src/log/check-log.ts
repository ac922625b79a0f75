import { type EventStore, EventStoreError, type StoredEvent } from '@cytoledger/event-store';
import type { AttestedCheck } from './attested/attested-check.ts';
import { EventCheck, placeOf } from './event-check.ts';
import { type Fault, Faults } from './fault.ts';
import { HASH_BYTES } from './plain-event.ts';
import { type PlainVerdicts, packEvents, readPlainly } from './plain-page.ts';
import { ReadingThread } from './reading-thread.ts';

export type LogCheck = {
  readonly events: number;
  readonly streams: number;
  /** At most 1,000; of the rest, how many there are. */
  readonly faults: readonly Fault[];
  readonly faultCount: number;
};

export type CheckOptions = {
  readonly faults?: Faults;
  /** What was attested about this log, if anything. */
  readonly attested?: AttestedCheck | undefined;
  readonly thorough?: boolean;
  /** Called after each page, with the position that was reached. */
  readonly onProgress?: (events: number, streams: number, position: string) => void;
  readonly signal?: AbortSignal;
};

/** Pages that are read in the other thread while this one follows the chains of the page before. */
const PAGES_AHEAD = 2;

type Page = { readonly events: readonly StoredEvent[]; readonly read: PlainVerdicts | Promise<PlainVerdicts> };

/**
 * Hashes every header and every body of the log again, follows every stream's chain in log order and compares each with what was attested.
 * It goes on after a fault. Memory grows with the number of streams only, about 70 bytes each.
 */
export async function checkLog(store: EventStore, options: CheckOptions = {}): Promise<LogCheck> {
  const { faults = new Faults(), attested, thorough, onProgress = () => {}, signal } = options;
  const check = new EventCheck((fault) => faults.add(fault), thorough);
  const waiting: Page[] = [];
  let thread: ReadingThread | undefined;
  let events = 0;
  let last: StoredEvent | undefined;
  let lastPosition = 0;

  async function take({ events: page, read }: Page): Promise<void> {
    const verdicts = await read;
    const leaves = Buffer.from(verdicts.leaves.buffer, verdicts.leaves.byteOffset, verdicts.leaves.byteLength);
    for (let n = 0; n < page.length; n++) {
      const event = page[n]!;
      const position = positionOf(event);
      checkOrder(event, position, last, lastPosition, faults);
      [last, lastPosition] = [event, position];
      check.take(event, verdicts, n);
      attested?.take(event, leaves, HASH_BYTES * n);
    }
    events += page.length;
    onProgress(events, check.streams, last!.position);
  }

  async function takeWaiting(): Promise<void> {
    for (const page of waiting.splice(0)) await take(page);
  }

  try {
    for await (const page of store.readAll()) {
      // A log of one page is done before a thread has started.
      if (events > 0 && !thorough) thread ??= new ReadingThread();
      waiting.push({ events: page, read: thread?.read(page) ?? readPlainly(packEvents(page)) });
      if (waiting.length > PAGES_AHEAD || !thread) await take(waiting.shift()!);
      if (signal?.aborted) break;
    }
    if (!signal?.aborted) await takeWaiting();
  } catch (error) {
    if (!(error instanceof EventStoreError) || error.code !== 'corrupt') throw error;
    await takeWaiting();
    faults.add({ code: 'store-corrupt', message: `reading ended after ${events} events: ${error.message}` });
  } finally {
    await thread?.close();
  }
  if (!signal?.aborted) attested?.finish();
  return { events, streams: check.streams, faults: faults.kept, faultCount: faults.count };
}

/** Of a SQLite log; NaN where positions do not count 1, 2, 3, … */
function positionOf({ position }: StoredEvent): number {
  return Number(position);
}

/** In a SQLite log positions count 1, 2, 3, …: what was removed leaves a gap. */
function checkOrder(
  event: StoredEvent,
  position: number,
  last: StoredEvent | undefined,
  lastPosition: number,
  faults: Faults,
): void {
  if (last === undefined && !/^log\.created\.v[12]$/.test(event.type))
    faults.add({ code: 'log-not-created', message: 'the first event of a log is log.created', ...placeOf(event) });
  if (Number.isNaN(position) || position === lastPosition + 1) return;
  faults.add({
    code: 'position-gap',
    message: `positions ${lastPosition + 1} to ${position - 1} are missing before it`,
    ...placeOf(event),
  });
}
