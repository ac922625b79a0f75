import { Worker } from 'node:worker_threads';
import type { EventStore } from '@cytoledger/event-store';
import type { FromThread, ThreadOptions, ToThread } from './messages.ts';
import type { Projection, ProjectionModule } from './projection.ts';
import { Projector, type ProjectorReports } from './projector.ts';

/** A projector at work, wherever it runs. */
export type Projecting = {
  /** The log has grown. */
  tell(): void;
  /** Somebody waits for what was recorded. */
  poke(): void;
  /** Resolves when it has ended; rejects when something other than {@link stop} ended it. */
  readonly ended: Promise<void>;
  stop(): void;
};

/** Events after which the thread is given to others; about 5 ms. */
const TURN_EVERY = 200;

/** For specs and tools: on the caller's thread, in turns. */
export function projectHere(store: EventStore, projection: Projection, path: string, reports: ProjectorReports): Projecting {
  const projector = new Projector({ store, projection, path, reports, turnEvery: TURN_EVERY });
  const stopping = new AbortController();
  return {
    tell: () => projector.tell(),
    poke: () => projector.poke(),
    ended: projector.run(stopping.signal),
    stop: () => {
      stopping.abort();
      projector.poke();
    },
  };
}

/** On a thread of its own, which opens the log for reading by itself: the caller's thread only tells it when the log has moved. */
export function projectInThread(
  eventStore: string,
  projection: ProjectionModule,
  path: string,
  reports: ProjectorReports,
): Projecting {
  const workerData: ThreadOptions = { projection, path, eventStore };
  const worker = new Worker(new URL('./thread-entry.ts', import.meta.url), { workerData, name: `projecting ${projection.name}` });
  const send = (message: ToThread) => worker.postMessage(message);
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  worker.on('message', (message: FromThread) => {
    if (message.kind === 'opened') reports.opened(message.checkpoint);
    else if (message.kind === 'committed') reports.committed(message.checkpoint);
    else if (message.kind === 'caught-up') reports.caughtUp();
    else if (message.kind === 'progress') reports.progress(message.progress);
    else if (message.kind === 'log') reports.log(message.level, message.message);
    else reject(new Error(message.message));
  });
  worker.on('error', reject);
  worker.on('exit', () => resolve());
  return { tell: () => send({ kind: 'tell' }), poke: () => send({ kind: 'poke' }), ended, stop: () => send({ kind: 'close' }) };
}
