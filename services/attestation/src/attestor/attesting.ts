import { Worker } from 'node:worker_threads';
import type { NoteSignature } from '@cytoledger/attest';
import { Attestor } from './attestor.ts';
import type { FromThread, ThreadOptions, ToThread } from './messages.ts';
import type { AttestorReports } from './reports.ts';
import type { ProvenHeads, SessionOptions } from './session.ts';

/** An attestor at work, wherever it runs. */
export type Attesting = {
  wake(): void;
  wantHeads(size: number): void;
  /** Undefined while there is no note of the map as it is. */
  proveHeads(streams: readonly string[]): Promise<ProvenHeads | undefined>;
  /** False where that is no longer the newest note. */
  addHeadsCosignature(text: string, signature: NoteSignature): Promise<boolean>;
  /** Resolves when it has ended; rejects when something other than {@link stop} ended it. */
  readonly ended: Promise<void>;
  stop(): void;
};

/** For specs and tools: on the caller's thread. */
export function attestHere(options: SessionOptions): Attesting {
  const attestor = new Attestor(options);
  const stopping = new AbortController();
  return {
    wake: () => attestor.wake(),
    wantHeads: (size) => attestor.wantHeads(size),
    proveHeads: async (streams) => attestor.proveHeads(streams),
    addHeadsCosignature: (text, signature) => attestor.addHeadsCosignature(text, signature),
    ended: attestor.run(stopping.signal),
    stop: () => stopping.abort(),
  };
}

/** On a thread of its own, which opens the log for reading by itself. */
export function attestInThread(options: ThreadOptions, reports: Omit<AttestorReports, 'step'>): Attesting {
  const worker = new Worker(new URL('./thread-entry.ts', import.meta.url), { workerData: options, name: 'attesting' });
  const send = (message: ToThread) => worker.postMessage(message);
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const asked = new Map<number, (answer: FromThread | undefined) => void>();
  let count = 0;
  const ask = (message: (ask: number) => ToThread) =>
    new Promise<FromThread | undefined>((answer) => {
      const id = ++count;
      asked.set(id, answer);
      send(message(id));
    });
  worker.on('message', (message: FromThread) => {
    if (message.kind === 'state') reports.state(message.state);
    else if (message.kind === 'log') reports.log(message.level, message.message);
    else if (message.kind === 'failed') reject(new Error(message.message));
    else {
      asked.get(message.ask)?.(message);
      asked.delete(message.ask);
    }
  });
  worker.on('error', reject);
  worker.on('exit', () => {
    resolve();
    for (const answer of asked.values()) answer(undefined);
    asked.clear();
  });
  return {
    wake: () => send({ kind: 'wake' }),
    wantHeads: (size) => send({ kind: 'want-heads', size }),
    proveHeads: async (streams) => {
      const answer = await ask((id) => ({ kind: 'prove-heads', ask: id, streams }));
      return answer?.kind === 'proven' ? answer.proven : undefined;
    },
    addHeadsCosignature: async (text, signature) => {
      const answer = await ask((id) => ({ kind: 'cosign-heads', ask: id, text, signature }));
      return answer?.kind === 'cosigned' && answer.added;
    },
    ended,
    stop: () => send({ kind: 'close' }),
  };
}
