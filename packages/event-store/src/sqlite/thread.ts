import { Worker } from 'node:worker_threads';
import { errorOf } from './failure.ts';
import type { OpenOptions, ReaderReply, WriterReply } from './messages.ts';

type Reply = WriterReply | ReaderReply;

/**
 * Starts a thread and waits until it has opened the log; `onReply` gets what comes later, `onLost` an end that nobody asked for.
 *
 * @throws EventStoreError as the thread refused.
 */
export async function startThread<R extends Reply>(
  script: URL,
  options: OpenOptions,
  on: { reply: (reply: R) => void; lost: (reason: string) => void },
): Promise<{ worker: Worker; opened: R & { kind: 'opened' }; ended: Promise<void> }> {
  const worker = new Worker(script, { workerData: options, execArgv: [], name: 'event-log' });
  const ended = Promise.withResolvers<void>();
  let asked = false;
  const opened = await new Promise<R & { kind: 'opened' }>((resolve, reject) => {
    worker.on('message', (reply: R) => {
      if (reply.kind === 'opened') resolve(reply as R & { kind: 'opened' });
      else if (reply.kind === 'refused') reject(errorOf(reply.failure));
      else if (reply.kind === 'closed') asked = true;
      else on.reply(reply);
    });
    worker.on('error', (error) => {
      reject(error);
      asked = true;
      on.lost(error instanceof Error ? error.message : String(error));
    });
    worker.on('exit', (code) => {
      ended.resolve();
      if (!asked) on.lost(`exit code ${code}`);
    });
  });
  return { worker, opened, ended: ended.promise };
}
