import type { Outcome } from '@cytoledger/commands';
import type { Violation } from '@cytoledger/domain';
import { type IncomingMessage, type OutgoingMessage, TOPICS } from '@cytoledger/messaging';
import { answerOf, type Problem, type ProblemDocument, problemDocument } from '@cytoledger/service-kit';
import { z } from 'zod';
import type { ResultMessage } from './result-message.ts';

const Broken = z.strictObject({
  rule: z.string(),
  severity: z.string(),
  pointer: z.string().describe('JSON pointer (RFC 6901) into the data'),
});

/** What became of one message, as it stands in the topic of receipts. */
export const ReceiptMessage = z.strictObject({
  v: z.literal(1),
  answers: z
    .strictObject({ topic: z.string(), partition: z.int(), offset: z.string(), key: z.string().nullable() })
    .describe('The message that this answers. Delivered again, a message is answered again, with the same receipt'),
  id: z.string().describe('Of the event, as its sender chose it'),
  stream: z.string(),
  org: z.string().describe('Organisation of the key that signed the message'),
  kid: z.string(),
  status: z.int().describe('As over HTTP: 201 recorded, 200 recorded before, 202 kept as fact.unreconciled, 4xx a problem'),
  outcome: z.enum(['recorded', 'prepared', 'unreconciled', 'problem']),
  receipt: z.record(z.string(), z.unknown()).optional().describe('As over HTTP: keep it; it names the place of the proof'),
  findings: z
    .array(Broken)
    .optional()
    .describe('Rules that it broke: a deviation is open for each. What they say is in the history'),
  problem: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('RFC 9457, in English; its member `zh` says title, detail and messages in Chinese'),
});
export type ReceiptMessage = z.output<typeof ReceiptMessage>;

type Answered = Pick<ReceiptMessage, 'status' | 'outcome' | 'receipt' | 'findings' | 'problem'>;

/** Everybody who may produce results reads these: a rule's sentence, which tells of the batch, is left to who may read the batch. */
export function answeredOutcome(outcome: Outcome): Answered {
  const { status = 200, body } = answerOf(outcome, 'en');
  if (outcome.kind === 'recorded') {
    return { status, outcome: 'recorded', receipt: { ...outcome.receipt }, findings: outcome.findings.map(broken) };
  }
  if (outcome.kind === 'prepared' || outcome.kind === 'unreconciled') {
    return { status, outcome: outcome.kind, receipt: { ...outcome.receipt }, findings: outcome.reasons.map(broken) };
  }
  if (outcome.kind === 'refused') {
    const { violations: _, ...problem } = body as ProblemDocument;
    const { violations: __, ...zh } = answerOf(outcome, 'zh').body as ProblemDocument;
    return { status, outcome: 'problem', problem: inBoth(problem, zh), findings: outcome.reasons.map(broken) };
  }
  return {
    status,
    outcome: 'problem',
    problem: inBoth(body as ProblemDocument, answerOf(outcome, 'zh').body as ProblemDocument),
  };
}

export function answeredProblem(problem: Problem): Answered {
  const said = inBoth(problemDocument(problem, 'en'), problemDocument(problem, 'zh'));
  return { status: problem.status, outcome: 'problem', problem: said };
}

/** A message names no language: it is English for the programs that have read it so far, with what people read in Chinese beside it. */
function inBoth(problem: ProblemDocument, { title, detail, violations }: ProblemDocument): Record<string, unknown> {
  const messages = violations?.map(({ rule, pointer, message }) => ({ rule, pointer, message }));
  return {
    ...problem,
    zh: { title, ...(detail !== undefined && { detail }), ...(messages && { violations: messages }) },
  };
}

export function receiptMessage(
  message: IncomingMessage,
  { id, stream, kid, caller: { org } }: Pick<ResultMessage, 'id' | 'stream' | 'kid' | 'caller'>,
  answered: Answered,
  to: number,
): OutgoingMessage {
  const { topic, partition, offset, key } = message;
  const answers = { topic, partition, offset: String(offset), key: key === null ? null : key.slice(0, MOST_KEY) };
  const value: ReceiptMessage = { v: 1, answers, id, stream, org, kid, ...answered };
  return {
    topic: TOPICS.qcReceipts,
    partition: to,
    key: stream,
    value: Buffer.from(JSON.stringify(value), 'utf8'),
    headers: { 'content-type': 'application/json', outcome: answered.outcome, org },
  };
}

const MOST_KEY = 300;

function broken({ rule, pointer }: Violation): z.output<typeof Broken> {
  return { rule: rule.id, severity: rule.severity, pointer };
}
