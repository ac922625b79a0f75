import type { StreamStatement } from './captured.ts';
import { chunksOf } from './chunks.ts';
import { ClientError } from './errors.ts';
import { newEventId } from './event-id.ts';
import { linesOf } from './http/ndjson.ts';
import { type RetryPolicy, waitBefore } from './http/retry.ts';
import { pause, type Transport } from './http/transport.ts';
import { ApiProblem, problemIn } from './problem.ts';
import { type Captured, capturedIn } from './receipt.ts';
import type { Voucher } from './signing/sign-with.ts';
import type { SignedBody } from './signing/signed-body.ts';
import { signedChunk } from './signing/signed-chunk.ts';

/** What one line may be: a statement that says its stream, a signed content, or NDJSON as it stands in a file. */
export type Line = StreamStatement | SignedBody | string;

/** The outcome of one line, in the order of the lines. */
export type LineResult = {
  /** Of what was given, from 1. */
  readonly line: number;
} & (
  | { readonly ok: true; readonly status: number; readonly captured: Captured }
  | { readonly ok: false; readonly status: number; readonly problem: ApiProblem }
);

export type BulkOptions = { readonly signal?: AbortSignal; readonly onBehalfOf?: string };

export type Numbered = { readonly line: number; readonly text: string };

/** The platform's limit for one line. */
export const MAX_LINE_BYTES = 256 * 1024;

/**
 * Captures many: in requests of bounded size, one after the other, so that the order within each stream is kept, memory stays flat, no more is
 * read than can be sent, and a lost link costs one request, which is sent again. Lines that the platform could not take *now* are sent again
 * by themselves.
 *
 * @throws ClientError `unreachable`, `line-too-large`, `aborted`; ApiProblem when the platform refuses the whole request (e.g. 401)
 */
export async function* captureMany(
  transport: Transport,
  retry: RetryPolicy,
  voucher: Voucher | null,
  lines: Iterable<Line> | AsyncIterable<Line>,
  options: BulkOptions = {},
): AsyncGenerator<LineResult> {
  for await (const given of chunksOf(numbered(lines))) {
    const { chunk, unsignable } = voucher ? signedChunk(voucher, given) : { chunk: given, unsignable: [] };
    let results = chunk.length === 0 ? [] : await sendChunk(transport, chunk, options);
    for (let attempt = 1; attempt < retry.attempts; attempt++) {
      const again = results.filter((result) => !result.ok && result.status === 503).map(({ line }) => line);
      if (again.length === 0) break;
      await pause(waitBefore(attempt, retry, undefined, Math.random()), options.signal);
      const resent = await sendChunk(
        transport,
        chunk.filter(({ line }) => again.includes(line)),
        options,
      );
      const byLine = new Map(resent.map((result) => [result.line, result]));
      results = results.map((result) => byLine.get(result.line) ?? result);
    }
    yield* unsignable.length === 0 ? results : [...results, ...unsignable].sort((a, b) => a.line - b.line);
  }
}

async function* numbered(lines: Iterable<Line> | AsyncIterable<Line>): AsyncGenerator<Numbered> {
  let line = 0;
  for await (const given of lines) {
    line++;
    const text = textOf(given);
    if (text.trim() === '') continue;
    if (Buffer.byteLength(text) > MAX_LINE_BYTES) {
      throw new ClientError('line-too-large', `line ${line} has more than ${MAX_LINE_BYTES} bytes`);
    }
    yield { line, text };
  }
}

function textOf(given: Line): string {
  if (typeof given === 'string') return given.replaceAll(/[\r\n]+/g, ' ');
  return JSON.stringify('content' in given ? given : { id: newEventId(), ...given });
}

function sendChunk(transport: Transport, chunk: readonly Numbered[], { signal, onBehalfOf }: BulkOptions): Promise<LineResult[]> {
  return transport.read(
    {
      method: 'POST',
      path: '/v1/events',
      body: chunk.map(({ text }) => `${text}\n`).join(''),
      contentType: 'application/x-ndjson',
      accept: 'application/x-ndjson',
      ...(signal && { signal }),
      ...(onBehalfOf !== undefined && { onBehalfOf }),
    },
    (response) => resultsOf(response, chunk),
  );
}

async function resultsOf(response: Response, chunk: readonly Numbered[]): Promise<LineResult[]> {
  const results: LineResult[] = [];
  if (!response.body) throw new ClientError('unreadable-answer', 'the answer has no body');
  for await (const text of linesOf(response.body)) {
    const sent = chunk[results.length];
    if (!sent) throw new ClientError('unreadable-answer', 'more outcomes than lines');
    results.push({ line: sent.line, ...outcomeIn(text) });
  }
  if (results.length < chunk.length) {
    throw new ClientError('unreadable-answer', `the answer ended after ${results.length} of ${chunk.length} outcomes`);
  }
  return results;
}

type Outcome = LineResult extends infer R ? (R extends unknown ? Omit<R, 'line'> : never) : never;

function outcomeIn(text: string): Outcome {
  let body: { readonly status?: number };
  try {
    body = JSON.parse(text) as typeof body;
  } catch (cause) {
    throw new ClientError('unreadable-answer', 'an outcome is not JSON', { cause });
  }
  const status = body.status ?? 0;
  const captured = status < 400 ? capturedIn(body, status) : undefined;
  return captured ? { ok: true, status, captured } : { ok: false, status, problem: new ApiProblem(problemIn(body, status)) };
}
