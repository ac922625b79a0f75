import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Bilingual } from '@cytoledger/domain';
import { languageOf, PROBLEM_TYPE, problemDocument } from './problem.ts';

/** What cannot be read as HTTP at all is told so, in both languages as nobody knows which is read, and the connection is closed. */
export function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  // Nobody is there any more.
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = statusOf(error.code);
  const body = JSON.stringify(
    problemDocument(
      {
        status,
        code: 'unreadable-request',
        title: both('This is not a request that can be read', '这不是能够识别的请求'),
        detail: both(error.message, '无法按 HTTP 读取'),
      },
      'en',
    ),
  );
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `content-type: ${PROBLEM_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

/** An `Expect` other than 100-continue (RFC 9110 §10.1.1). */
export function refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
  const problem = problemDocument(
    { status: 417, code: 'expectation', title: { en: 'What is expected cannot be met', zh: '无法满足所要求的条件' } },
    languageOf(request.headers['accept-language']),
  );
  response.writeHead(417, { 'content-type': PROBLEM_TYPE, connection: 'close' }).end(JSON.stringify(problem));
}

function both(en: string, zh: string): Bilingual {
  const text = `${en} · ${zh}`;
  return { en: text, zh: text };
}

function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return 400;
}
