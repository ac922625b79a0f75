import { AttestError } from '@cytoledger/attest';
import type { LineResult, Numbered } from '../bulk.ts';
import type { StreamStatement } from '../captured.ts';
import { ClientError } from '../errors.ts';
import { ApiProblem } from '../problem.ts';
import type { Voucher } from './sign-with.ts';
import type { SignedBody } from './signed-body.ts';

const MEMBERS = ['capture', 'data', 'id', 'occurredAt', 'stream', 'type'];
const UNSIGNABLE = 400;

/**
 * The lines of one request under one signature. What is signed already, and what is no statement, goes as it stands: the platform says what is wrong
 * with it. A statement that this program cannot sign fails alone.
 */
export function signedChunk(
  voucher: Voucher,
  given: readonly Numbered[],
): { readonly chunk: readonly Numbered[]; readonly unsignable: readonly LineResult[] } {
  const unsignable: LineResult[] = [];
  const lines: { readonly line: number; readonly text: string; readonly content: SignedBody | null }[] = [];
  for (const { line, text } of given) {
    const statement = statementIn(text);
    try {
      lines.push({ line, text, content: statement && voucher.content(statement) });
    } catch (error) {
      if (!(error instanceof ClientError) && !(error instanceof AttestError)) throw error;
      unsignable.push({ line, ok: false, status: UNSIGNABLE, problem: problemOf(error) });
    }
  }
  const signed = [...voucher.sign(lines.flatMap(({ content }) => content ?? []))];
  const chunk = lines.map(({ line, text, content }) => ({ line, text: content ? JSON.stringify(signed.shift()) : text }));
  return { chunk, unsignable };
}

function statementIn(text: string): StreamStatement | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && Object.keys(value).sort().join() === MEMBERS.join() ? (value as StreamStatement) : null;
  } catch {
    return null;
  }
}

function problemOf(error: ClientError | AttestError): ApiProblem {
  const pointer = (error instanceof AttestError && error.pointer) || '';
  return new ApiProblem({
    type: 'urn:cytoledger:problem:unsignable',
    title: 'This could not be signed',
    status: UNSIGNABLE,
    code: 'unsignable',
    violations: [{ rule: `content.${error.code}`, severity: 'impossible', pointer, message: error.message }],
  });
}
