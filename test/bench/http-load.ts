import { connect, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** Requests as bytes, made before the clock starts, so that the load costs as little as it can. */
export type Load = {
  readonly port: number;
  /** One list for each connection, sent one after the other, each after the answer to the one before. */
  readonly requests: readonly (readonly Uint8Array[])[];
};

export type LoadResult = { readonly answered: number; readonly seconds: number; readonly statuses: Record<string, number> };

const HEAD_END = Buffer.from('\r\n\r\n');

/** Sends every request and waits for every answer, over keep-alive connections. */
export async function run(load: Load): Promise<LoadResult> {
  const statuses: Record<string, number> = {};
  const start = performance.now();
  const counts = await Promise.all(load.requests.map((requests) => drive(load.port, requests, statuses)));
  return { answered: counts.reduce((a, b) => a + b, 0), seconds: (performance.now() - start) / 1000, statuses };
}

function drive(port: number, requests: readonly Uint8Array[], statuses: Record<string, number>): Promise<number> {
  return new Promise((resolve, reject) => {
    let next = 0;
    let answered = 0;
    let held: Buffer = Buffer.alloc(0);
    const socket: Socket = connect(port, '127.0.0.1', send);
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('close', () => resolve(answered));
    socket.on('data', (chunk: Buffer) => {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      for (let length = answerLength(held); length > 0; length = answerLength(held)) {
        const status = held.toString('latin1', 9, 12);
        statuses[status] = (statuses[status] ?? 0) + 1;
        answered++;
        held = held.subarray(length);
        send();
      }
    });
    function send(): void {
      const request = requests[next++];
      if (request) socket.write(request);
      else socket.end();
    }
  });
}

/** Bytes of the first complete answer; 0 when it is not complete. */
function answerLength(held: Buffer): number {
  const end = held.indexOf(HEAD_END);
  if (end < 0) return 0;
  const head = held.toString('latin1', 0, end);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
  if (Number.isNaN(length)) throw new Error(`an answer without content-length: ${head}`);
  const total = end + HEAD_END.length + length;
  return held.length >= total ? total : 0;
}

export function postRequest(path: string, body: string, token: string): Buffer {
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

if (parentPort) parentPort.postMessage(await run(workerData as Load));
