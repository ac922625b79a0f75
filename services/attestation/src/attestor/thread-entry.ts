import { parentPort, workerData } from 'node:worker_threads';
import { readPolicy } from '@cytoledger/attest';
import { openEventStore } from '@cytoledger/event-store';
import { giveWay } from '@cytoledger/read-models';
import { readSigningKey } from '../keys.ts';
import { Attestor } from './attestor.ts';

import type { FromThread, ThreadOptions, ToThread } from './messages.ts';

const { eventStore, folder, origin, logKeyPath, policy, witnesses, pace } = workerData as ThreadOptions;
const port = parentPort!;
const say = (message: FromThread) => port.postMessage(message);
const stop = new AbortController();

giveWay();
try {
  const logKey = await readSigningKey(logKeyPath, origin);
  if (!logKey) throw new Error(`${logKeyPath} is missing`);
  const store = await openEventStore(eventStore, { readOnly: true });
  const attestor = new Attestor({
    store,
    folder,
    origin,
    logKey,
    policy: policy === null ? null : readPolicy(policy),
    witnesses,
    pace,
    reports: {
      state: (state) => say({ kind: 'state', state }),
      log: (level, message) => say({ kind: 'log', level, message }),
    },
  });
  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'wake':
        return attestor.wake();
      case 'want-heads':
        return attestor.wantHeads(message.size);
      case 'prove-heads':
        return say({ kind: 'proven', ask: message.ask, proven: attestor.proveHeads(message.streams) });
      case 'cosign-heads': {
        const { text, ask, signature } = message;
        const answer = (added: boolean) => say({ kind: 'cosigned', ask, added });
        return void attestor
          .addHeadsCosignature(text, { ...signature, signature: Buffer.from(signature.signature) })
          .then(answer, () => answer(false));
      }
      case 'close':
        return stop.abort();
    }
  });
  // An alarm ends the attesting, not the thread: what was attested is still proved.
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  try {
    await attestor.run(stop.signal);
    await stopped;
  } finally {
    await store.close();
  }
} catch (error) {
  say({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
} finally {
  port.close();
}
