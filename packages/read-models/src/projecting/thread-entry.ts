import { parentPort, workerData } from 'node:worker_threads';
import { openEventStore } from '@cytoledger/event-store';
import { giveWay } from './background.ts';
import type { FromThread, ThreadOptions, ToThread } from './messages.ts';
import type { Projection } from './projection.ts';
import { Projector } from './projector.ts';

const { projection, path, eventStore } = workerData as ThreadOptions;
const port = parentPort!;
const say = (message: FromThread) => port.postMessage(message);
const stop = new AbortController();

giveWay();
try {
  const exported = (await import(projection.module)) as Record<string, Projection>;
  const found = exported[projection.name];
  if (!found) throw new TypeError(`${projection.module} exports no projection named ${projection.name}`);
  const store = await openEventStore(eventStore, { readOnly: true });
  const projector = new Projector({
    store,
    projection: found,
    path,
    reports: {
      opened: (checkpoint) => say({ kind: 'opened', checkpoint }),
      committed: (checkpoint) => say({ kind: 'committed', checkpoint }),
      caughtUp: () => say({ kind: 'caught-up' }),
      progress: (progress) => say({ kind: 'progress', progress }),
      log: (level, message) => say({ kind: 'log', level, message }),
    },
  });
  port.on('message', (message: ToThread) => {
    if (message.kind === 'tell') projector.tell();
    else if (message.kind === 'poke') projector.poke();
    else {
      stop.abort();
      projector.poke();
    }
  });
  try {
    await projector.run(stop.signal);
  } finally {
    await store.close();
  }
} catch (error) {
  say({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
} finally {
  port.close();
}
