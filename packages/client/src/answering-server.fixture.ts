import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: string };
type Answer = (response: ServerResponse, received: Received) => void;

/** A platform that answers each request with the next of the given answers, and with the last of them for ever. */
export async function answeringServer(
  ...answers: Answer[]
): Promise<{ url: string; received: Received[]; close(): Promise<void> }> {
  const received: Received[] = [];
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const seen = { path: request.url ?? '', headers: request.headers, body };
    received.push(seen);
    answers[Math.min(received.length, answers.length) - 1]!(response, seen);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

export const hangUp: Answer = (response) => {
  response.socket?.destroy();
};

/** Outcomes of bulk lines: each is recorded, except where `status` says otherwise. */
export const outcomes =
  (status: (line: number) => number = () => 201, upTo = Number.POSITIVE_INFINITY): Answer =>
  (response, { body }) => {
    const lines = body.trimEnd().split('\n');
    const answered = lines.slice(0, upTo).map((text, n) => {
      const code = status(n + 1);
      const { id } = JSON.parse(text) as { id: string };
      return code < 400
        ? { line: n + 1, status: code, outcome: 'recorded', receipt: { id }, findings: [], warnings: [] }
        : { line: n + 1, status: code, code: code === 503 ? 'overloaded' : 'invalid', title: 'No' };
    });
    response
      .writeHead(200, { 'content-type': 'application/x-ndjson' })
      .end(answered.map((each) => `${JSON.stringify(each)}\n`).join(''));
  };
