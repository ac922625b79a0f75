import { ClientError } from './errors.ts';
import { linesOf } from './http/ndjson.ts';
import type { Transport } from './http/transport.ts';
import { ApiProblem, problemIn, type Violation } from './problem.ts';

/** What would become of one line. */
export type RehearsedLine = {
  /** Of what was given, from 1. */
  readonly line: number;
} & (
  | {
      readonly ok: true;
      readonly outcome:
        | 'would-be-recorded'
        | 'would-be-refused'
        | 'would-be-unreconciled'
        | 'would-wait-for-second-signature'
        | 'recorded-before';
      readonly findings: readonly Violation[];
      readonly warnings: readonly Violation[];
      readonly reasons: readonly Violation[];
    }
  | { readonly ok: false; readonly problem: ApiProblem }
);

/**
 * Asks what would become of these, each judged on what those before it would have left: nothing is recorded. All go in one request.
 *
 * @throws ClientError `unreachable`, `unreadable-answer`, `aborted`; ApiProblem when the platform refuses the whole request
 */
export function rehearseMany(transport: Transport, lines: readonly string[], signal?: AbortSignal): Promise<RehearsedLine[]> {
  return transport.read(
    {
      method: 'POST',
      path: '/v1/events',
      query: { dryRun: '1' },
      body: lines.map((text) => `${text}\n`).join(''),
      contentType: 'application/x-ndjson',
      accept: 'application/x-ndjson',
      ...(signal && { signal }),
    },
    async (response) => {
      if (!response.body) throw new ClientError('unreadable-answer', 'the answer has no body');
      const results: RehearsedLine[] = [];
      for await (const text of linesOf(response.body)) results.push({ ...resultIn(text), line: results.length + 1 });
      if (results.length !== lines.length) {
        throw new ClientError('unreadable-answer', `${results.length} outcomes for ${lines.length} lines`);
      }
      return results;
    },
  );
}

type Result = RehearsedLine extends infer R ? (R extends unknown ? Omit<R, 'line'> : never) : never;

function resultIn(text: string): Result {
  const body = JSON.parse(text) as { readonly dryRun?: boolean; readonly status?: number };
  if (body.dryRun === true) return { ok: true, ...(body as unknown as Omit<Extract<Result, { ok: true }>, 'ok'>) };
  return { ok: false, problem: new ApiProblem(problemIn(body, body.status ?? 0)) };
}
