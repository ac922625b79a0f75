import { parentPort, workerData } from 'node:worker_threads';
import { failureOf } from './failure.ts';
import type { Lifecycle, OpenOptions } from './messages.ts';

type Post = (message: unknown, transfer?: ArrayBuffer[]) => void;
type Connection<Request> = { readonly opened: object; readonly handle: (request: Request) => void; readonly close: () => void };

/** Serves one connection to the log from this thread: opened, used and closed at the word of the main thread. */
export function serveConnection<Request extends { readonly kind: string }>(
  open: (options: OpenOptions, post: Post) => Connection<Request>,
): void {
  const port = parentPort!;
  const options = workerData as OpenOptions;
  const post: Post = (message, transfer = []) => port.postMessage(message, transfer);
  let connection: Connection<Request> | undefined;
  port.on('message', (request: Request | Lifecycle) => {
    if (request.kind === 'open') {
      try {
        connection = open(options, post);
        post({ kind: 'opened', ...connection.opened });
      } catch (error) {
        post({ kind: 'refused', failure: failureOf(error, options.path) });
        port.close();
      }
    } else if (request.kind === 'close') {
      connection?.close();
      port.close();
    } else {
      connection?.handle(request as Request);
    }
  });
}
