import { parentPort, workerData } from 'node:worker_threads';
import { failureOf } from './failure.ts';
import { LogReader } from './log-reader.ts';
import type { OpenOptions, ReaderReply, ReaderRequest } from './messages.ts';
import { openForReading } from './open-database.ts';

const port = parentPort!;
const options = workerData as OpenOptions;
const reply = (message: ReaderReply, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

try {
  const db = openForReading(options.path, options);
  const reader = new LogReader(db);
  port.on('message', (request: ReaderRequest) => {
    if (request.kind === 'close') {
      db.close();
      reply({ kind: 'closed' });
      port.close();
      return;
    }
    try {
      const page = reader.answer(request.query);
      reply({ kind: 'page', request: request.request, page }, [page.buffer]);
    } catch (error) {
      reply({ kind: 'failed', request: request.request, failure: failureOf(error, options.path) });
    }
  });
  reply({ kind: 'opened' });
} catch (error) {
  reply({ kind: 'refused', failure: failureOf(error, options.path) });
  port.close();
}
