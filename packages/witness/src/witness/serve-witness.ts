import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Witness } from './witness.ts';

export type ServedWitness = {
  /** Where logs send to: `<url>/add-checkpoint`. */
  readonly url: string;
  /** Answers what has begun, and takes no more. */
  close(): Promise<void>;
};

export type ServeWitnessOptions = {
  readonly host?: string;
  /** 0 takes any that is free. */
  readonly port?: number;
  readonly onError?: (error: unknown) => void;
};

/** 63 lines of proof and a note with some dozen signatures are some 10 KiB. */
const MAX_BODY_BYTES = 64 * 1024;
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 256;

/** Serves a witness: `POST /add-checkpoint`, and at `GET /` the line with its key. */
export async function serveWitness(witness: Witness, options: ServeWitnessOptions = {}): Promise<ServedWitness> {
  const { host = '127.0.0.1', port = 0, onError = () => {} } = options;
  const server = createServer((request, response) => {
    void answer(witness, request, response).catch((error: unknown) => {
      onError(error);
      if (!response.headersSent) send(response, 503, 'text/plain; charset=utf-8', 'not now\n');
      else response.destroy();
    });
  });
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = MAX_CONNECTIONS;
  await listening(server, host, port);
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`, close: () => closed(server) };
}

async function answer(witness: Witness, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?')[0];
  if (path === '/' && (request.method === 'GET' || request.method === 'HEAD'))
    return send(response, 200, 'text/plain; charset=utf-8', `${witness.vkey}\n`);
  if (path !== '/add-checkpoint') return send(response, 404, 'text/plain; charset=utf-8', 'only /add-checkpoint is here\n');
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST');
    return send(response, 405, 'text/plain; charset=utf-8', 'POST it\n');
  }
  const body = await bodyOf(request);
  if (body === undefined) {
    response.setHeader('connection', 'close');
    return send(response, 413, 'text/plain; charset=utf-8', `at most ${MAX_BODY_BYTES} bytes\n`);
  }
  const { status, contentType, body: said } = await witness.addCheckpoint(body);
  send(response, status, contentType, said);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
