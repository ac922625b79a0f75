import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AttestError, isTimestamp, type Policy, readPolicy } from '@cytoledger/attest';
import {
  type BundleOutcome,
  BundleVerifier,
  type EvidenceQuestions,
  EvidenceRefusal,
  type EvidenceReport,
  type EvidenceResult,
  type OtherView,
  reportText,
  resultOf,
  viewOf,
  viewOfCheckpoint,
} from '@cytoledger/attest/evidence';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, print } from '../io.ts';
import { isSet, needed, type Options, text } from '../options.ts';
import { explode } from './verify/explode.ts';
import { inWords } from './verify/in-words.ts';

const POLICY = 'A file that you got from somebody you trust, not from the operator of the log: docs/formats/evidence-bundle.md.';

/** Verifies an evidence bundle offline. What is trusted comes from the policy file alone. */
export async function verify(file: string | undefined, options: Options, io: Io): Promise<ExitCode> {
  const folder = text(options, 'explode');
  if (folder !== undefined && file === undefined) throw new CliError('--explode reads the bundle twice: give it as a file');
  const policy = await policyOf(needed(options, 'policy', POLICY));
  if (typeof policy === 'string')
    return tellResult({ report: { code: 'policy-malformed', line: null, claims: [] }, message: policy }, options, io);
  const questions = await questionsOf(options);
  const outcome = await outcomeOf(file === undefined ? bytesIn(io) : bytesOf(file), policy);
  const alone = resultOf(outcome, policy, questions);
  const compare = text(options, 'compare');
  // What another was given is read last: a fault of this bundle is told whatever is wrong with the other.
  const other = alone.bundle === undefined || compare === undefined ? undefined : await otherView(compare, policy);
  const result =
    other === undefined ? alone : 'report' in other ? other : resultOf(outcome, policy, { ...questions, compare: other });
  const exit = tellResult(result, options, io);
  if (result.bundle !== undefined && folder !== undefined && file !== undefined) {
    const written = await explode(folder, bytesOf(file), policy, result.bundle);
    if (!isSet(options, 'json')) print(io, `${written} files written to ${folder}`);
  }
  return exit;
}

function tellResult(result: EvidenceResult, options: Options, io: Io): ExitCode {
  const { report } = result;
  if (isSet(options, 'json')) io.stdout.write(reportText(report));
  else for (const line of inWords(result, isSet(options, 'events'))) print(io, line);
  return report.code === 'ok' ? EXIT.done : EXIT.no;
}

async function policyOf(path: string): Promise<Policy | string> {
  const policy = await contentOf(path);
  try {
    return readPolicy(policy);
  } catch (error) {
    if (error instanceof AttestError) return error.message;
    throw error;
  }
}

/** What is asked of the bundle by itself. */
async function questionsOf(options: Options): Promise<EvidenceQuestions> {
  const minSize = text(options, 'minSize');
  const notBefore = text(options, 'notBefore');
  const saved = text(options, 'saved');
  if (minSize !== undefined && !/^(0|[1-9]\d{0,15})$/.test(minSize)) throw new CliError('--min-size is a number of entries');
  if (notBefore !== undefined && !isTimestamp(notBefore))
    throw new CliError('--not-before is a time with its offset', 'For example 2026-11-21T16:00:00+08:00.');
  return {
    ...(minSize !== undefined && { minSize: Number(minSize) }),
    ...(notBefore !== undefined && { notBefore }),
    ...(saved !== undefined && { saved: await contentOf(saved) }),
  };
}

/** Another bundle, or a checkpoint, which begins with the name of the log. */
async function otherView(path: string, policy: Policy): Promise<OtherView | EvidenceResult> {
  const isBundle = (await firstByte(path)) === '{';
  if (!isBundle) {
    try {
      return viewOfCheckpoint(await contentOf(path), policy);
    } catch (error) {
      if (!(error instanceof EvidenceRefusal)) throw error;
      return {
        report: { code: error.code, line: null, claims: [] } satisfies EvidenceReport,
        message: `${path}: ${error.message}`,
      };
    }
  }
  const result = resultOf(await outcomeOf(bytesOf(path), policy), policy);
  return result.bundle === undefined ? { ...result, message: `${path}: ${result.message}` } : viewOf(result.bundle);
}

async function firstByte(path: string): Promise<string> {
  for await (const chunk of bytesOf(path)) return String.fromCharCode(chunk[0] ?? 0);
  return '';
}

async function outcomeOf(bytes: AsyncIterable<Uint8Array>, policy: Policy): Promise<BundleOutcome> {
  const verifier = new BundleVerifier(policy);
  for await (const chunk of bytes) {
    verifier.push(chunk);
    if (verifier.hasFailed) break;
  }
  return verifier.outcome();
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path) as AsyncIterable<Buffer>;
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function* bytesIn({ stdin }: Io): AsyncGenerator<Uint8Array> {
  for await (const chunk of stdin) yield typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
}

/** What is not UTF-8 is neither a policy nor a note, and neither is an empty text. */
async function contentOf(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return isUtf8(bytes) ? bytes.toString('utf8') : '';
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  return code === undefined ? error : new CliError(`${path} cannot be read (${code})`);
}
