import { verifyFiles } from './files.js';

/**
 * Answers one request with any number of `progress` and one `outcome` or `error`. To be called where there is no page: in a worker.
 *
 * @param {{ onmessage: unknown, postMessage(message: unknown): void }} scope
 */
export function serveRequest(scope) {
  scope.onmessage = async (/** @type {{ data: import('./files.js').Request }} */ { data }) => {
    try {
      const outcome = await verifyFiles(data, (done, total) => scope.postMessage({ kind: 'progress', done, total }));
      scope.postMessage({ kind: 'outcome', outcome });
    } catch (error) {
      scope.postMessage({ kind: 'error', message: String(error) });
    }
  };
}
