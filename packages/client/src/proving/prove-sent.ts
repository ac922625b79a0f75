import {
  AttestError,
  canonicalBytes,
  checkProvenReceipt,
  derivedEventId,
  digestOf,
  type EventProof,
  type JsonValue,
  type Policy,
  type ProvenEvent,
  type Receipt,
  readEventProof,
  readReceipt,
  verifyEventProof,
  verifyReceipt,
} from '@cytoledger/attest';
import type { Client } from '../client.ts';
import type { Entry, Proven } from '../outbox/entry.ts';
import { ApiProblem } from '../problem.ts';
import type { Captured } from '../receipt.ts';
import type { Finding } from './finding.ts';
import type { PassedTime } from './passed-time.ts';
import { holdsWhatWasSent } from './sent-content.ts';

type Kept = { readonly entry: Entry; readonly captured: Captured };

const SECOND = 1000;

/** Checks a receipt by itself: nobody is asked. Null where it holds, or bears no signature. */
export function faultOfReceipt({ entry, captured }: Kept, policy: Policy): Extract<Finding, { status: 'invalid' }> | null {
  try {
    const receipt = readReceipt(captured.receipt as unknown as JsonValue);
    const stream = streamOf(captured, entry);
    if (stream === entry.stream && (receipt.id !== entry.id || receipt.stream !== stream))
      return { status: 'invalid', code: 'id-mismatch', message: 'the receipt is for another event' };
    if (receipt.stream !== stream)
      return { status: 'invalid', code: 'stream-mismatch', message: `the receipt is not for what is ${captured.outcome}` };
    if (receipt.signed) verifyReceipt(receipt, policy);
    return null;
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    return { status: 'invalid', code: error.code, message: error.message };
  }
}

/** Where the platform keeps what was sent: a stream whose name follows from the event's, so that no receipt can be given for two. */
function streamOf({ outcome }: Captured, { id, stream }: Entry): string {
  if (outcome === 'prepared') return `release-${id}`;
  if (outcome === 'unreconciled') return `fact-${derivedEventId({ triggerId: id, purpose: 'unreconciled', stream, n: 0 })}`;
  return stream;
}

/** Checks a kept proof again, with nothing but the policy. */
export function checkProven(kept: Proven, policy: Policy): Finding {
  const fault = faultOfReceipt(kept, policy);
  if (fault) return fault;
  const { at: _, ...included } = kept.proven;
  try {
    const proven = verifyEventProof(readEventProof(included.proof as never), policy);
    checkProvenReceipt(kept.captured.receipt, proven);
    return { ...included, index: proven.index, size: proven.size };
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    return { status: 'invalid', code: error.code, message: `the proof that is kept does not hold: ${error.message}` };
  }
}

export function includeByOf({ captured }: Kept): string | null {
  return captured.receipt.signed?.includeBy ?? null;
}

/**
 * Asks the platform for the proof that what it acknowledged is in the log, and checks it: the event in the place that the receipt says, with its very
 * leaf, with what was sent in it, under a checkpoint that the policy's quorum has cosigned.
 *
 * @throws ClientError, ApiProblem where the platform does not answer, or not to this caller
 */
export async function proveSent(
  client: Client,
  policy: Policy,
  kept: Kept,
  {
    passed,
    now,
    signal,
  }: { readonly passed: PassedTime | null; readonly now: number; readonly signal?: AbortSignal | undefined },
): Promise<Finding> {
  const fault = faultOfReceipt(kept, policy);
  if (fault) return fault;
  const { receipt } = kept.captured;
  const missing = (because: string) => notIncluded(includeByOf(kept), because, policy, passed, now);
  const answer = await proofOf(client, receipt, signal);
  if (typeof answer === 'string') return missing(answer);
  let proof: EventProof;
  let proven: ProvenEvent;
  try {
    proof = readEventProof(answer.proof);
    proven = verifyEventProof(proof, policy);
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    return missing(error.code);
  }
  try {
    checkProvenReceipt(receipt, proven);
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    if (error.code === 'stream-mismatch' || error.code === 'seq-mismatch') return missing(error.code);
    return { status: 'contradicted', code: error.code, message: error.message, proof };
  }
  const { index, size } = proven;
  const body = await bodyOf(client, receipt, signal);
  if (body === null) return { status: 'included', index, size, content: 'withheld', proof };
  if (digestOf(body) !== proven.header.body) return missing('body-digest-mismatch');
  if (holdsWhatWasSent(body, kept)) return { status: 'included', index, size, content: 'as-sent', proof };
  return {
    status: 'contradicted',
    code: 'content-mismatch',
    message: 'the event in the log says something else than was sent',
    proof,
  };
}

/** What the platform answers, or why it gives no proof now. */
async function proofOf(
  client: Client,
  { stream, seq }: Receipt,
  signal: AbortSignal | undefined,
): Promise<{ proof: JsonValue } | string> {
  try {
    const path = `/v1/streams/${encodeURIComponent(stream)}/${seq}/proof`;
    return { proof: await client.query<JsonValue>(path, {}, { once: true, ...(signal && { signal }) }) };
  } catch (error) {
    if (error instanceof ApiProblem && (error.status === 404 || error.code === 'not-released-yet')) return error.code;
    throw error;
  }
}

/** The body's bytes, which are canonical; null where this caller is not shown them. */
async function bodyOf(client: Client, receipt: Receipt, signal: AbortSignal | undefined): Promise<Buffer | null> {
  const { stream, seq, position } = receipt;
  try {
    const { events } = await client.query<{ events: readonly { body: JsonValue }[] }>(
      `/v1/streams/${encodeURIComponent(stream)}/history`,
      { from: seq, limit: 1, minPosition: position },
      { ...(signal && { signal }) },
    );
    const body = events[0]?.body ?? null;
    return body === null ? null : canonicalBytes(body);
  } catch (error) {
    if (error instanceof ApiProblem && (error.status === 403 || error.status === 404)) return null;
    throw error;
  }
}

function notIncluded(
  includeBy: string | null,
  because: string,
  { delta }: Policy,
  passed: PassedTime | null,
  now: number,
): Finding {
  if (includeBy === null) return { status: 'pending', includeBy, because };
  const due = Date.parse(includeBy);
  if (passed && passed.ms > due) {
    const at = new Date(passed.ms).toISOString();
    return { status: 'overdue', includeBy, because, by: 'witnesses', at, checkpoint: passed.checkpoint };
  }
  if (now > due + delta * SECOND)
    return { status: 'overdue', includeBy, because, by: 'own-clock', at: new Date(now).toISOString() };
  return { status: 'pending', includeBy, because };
}
