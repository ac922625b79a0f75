import type { Commands } from '@cytoledger/commands';
import { parseStream } from '@cytoledger/domain';
import { type IncomingMessage, type OutgoingMessage, partitionOf, type Sender, TOPICS } from '@cytoledger/messaging';
import { capture, type FactRoute, type Problem, refusalOf, TITLES } from '@cytoledger/service-kit';
import { deadLetter } from './dead-letter.ts';
import { pause } from './pause.ts';
import { answeredOutcome, answeredProblem, receiptMessage } from './receipt-message.ts';
import { type ResultMessage, readResultMessage } from './result-message.ts';
import { Unanswerable } from './unanswerable.ts';

export type InboundParts = {
  readonly commands: Commands;
  /** What is taken, by event type. */
  readonly routes: ReadonlyMap<string, Pick<FactRoute, 'fact' | 'permission' | 'ownOrganisation'>>;
  readonly sender: Pick<Sender, 'send'>;
  /** Of each topic that is answered to. */
  readonly partitions: ReadonlyMap<string, number>;
  /** The process stops. */
  readonly signal: AbortSignal;
  readonly onAnswered?: (what: 'receipt' | 'dead-letter', outcome: string) => void;
  /** Told what could not be decided now, and of every defect. */
  readonly onFailure?: (error: unknown, message: IncomingMessage) => void;
  /** Ms before what could not be decided is tried again. */
  readonly pauseMs?: number;
};

/** Messages of one partition that are on their way at once. */
const TOGETHER = 100;
const PAUSE_MS = 500;
/** A defect may pass with its cause; after so many times its message is put aside, so that those behind it are not kept waiting. */
const TRIES_OF_DEFECTS = 3;
const UNAVAILABLE = 503;

/**
 * Turns messages of one partition into commands, in their order, and answers each: a receipt or a problem to who signed it, a dead letter where that
 * is nobody. Resolves when all answers are stored; until then nothing counts as read, and what comes again is the same event. What cannot be
 * decided now (the store is away, the process is stopping) is tried again and never put aside.
 *
 * @throws MessagingError when answers cannot be stored, and the signal's reason when stopped: the messages come again
 */
export async function handleResults(messages: readonly IncomingMessage[], parts: InboundParts): Promise<void> {
  for (let at = 0; at < messages.length; at += TOGETHER) {
    const answers = await answersTo(messages.slice(at, at + TOGETHER), parts);
    await parts.sender.send(answers);
    for (const { topic, headers } of answers) {
      if (topic === TOPICS.qcReceipts) parts.onAnswered?.('receipt', headers['outcome']!);
      else parts.onAnswered?.('dead-letter', headers['reason']!);
    }
  }
}

/** All or none: what was decided already is the same event when it is decided again. */
async function answersTo(group: readonly IncomingMessage[], parts: InboundParts): Promise<OutgoingMessage[]> {
  const defects = new Map<IncomingMessage, number>();
  for (;;) {
    parts.signal.throwIfAborted();
    const begun: Begun[] = [];
    // Begun in their order, so that those about one batch are decided in it.
    for (const message of group) begun.push(await begin(message, parts));
    const answers: OutgoingMessage[] = [];
    for (const [n, { outcome }] of begun.entries()) {
      const message = group[n]!;
      const answer = await outcome.catch((error: unknown) => {
        parts.onFailure?.(error, message);
        return failed(error, message, defects, parts);
      });
      if (answer) answers.push(answer);
    }
    if (answers.length === group.length) return answers;
    await pause(parts.pauseMs ?? PAUSE_MS, parts.signal);
  }
}

/** Undefined where it is to be tried again. */
function failed(
  error: unknown,
  message: IncomingMessage,
  defects: Map<IncomingMessage, number>,
  parts: InboundParts,
): OutgoingMessage | undefined {
  if (parts.signal.aborted || refusalOf(error)) return undefined;
  const times = (defects.get(message) ?? 0) + 1;
  defects.set(message, times);
  if (times < TRIES_OF_DEFECTS) return undefined;
  return letter(message, new Unanswerable('internal', { en: 'this platform could not process it', zh: '本平台未能处理' }), parts);
}

/** The promise is wrapped: who awaits the beginning does not await the outcome. */
type Begun = { readonly outcome: Promise<OutgoingMessage> };

/** Resolves once its command has its place among those of its stream. */
async function begin(message: IncomingMessage, parts: InboundParts): Promise<Begun> {
  let read: ResultMessage;
  try {
    read = await readResultMessage(message.value, parts.commands);
  } catch (error) {
    const outcome = error instanceof Unanswerable ? Promise.resolve(letter(message, error, parts)) : Promise.reject(error);
    outcome.catch(() => undefined);
    return { outcome };
  }
  const outcome = answered(read, message, parts);
  outcome.catch(() => undefined);
  return { outcome };
}

async function answered(read: ResultMessage, message: IncomingMessage, parts: InboundParts): Promise<OutgoingMessage> {
  const reply = (given: Parameters<typeof receiptMessage>[2]) =>
    receiptMessage(message, read, given, partitionOf(read.stream, parts.partitions.get(TOPICS.qcReceipts) ?? 1));
  const route = parts.routes.get(read.type);
  const stream = parseStream(read.stream);
  if (!route) return reply(answeredProblem(notTaken(read, parts)));
  if (!stream.ok) return reply(answeredProblem(noStream(read)));
  try {
    const outcome = await capture(parts.commands, {
      route,
      target: stream.value.id,
      fill: {},
      sent: read.sent,
      caller: read.caller,
      // The same when it comes again.
      correlation: `${message.topic}/${message.partition}/${message.offset}`,
    });
    return reply(answeredOutcome(outcome));
  } catch (error) {
    const problem = refusalOf(error)?.problem;
    if (!problem || problem.status >= UNAVAILABLE) throw error;
    return reply(answeredProblem(problem));
  }
}

function letter(message: IncomingMessage, reason: Unanswerable, { partitions }: InboundParts): OutgoingMessage {
  const key = `${message.topic}/${message.partition}`;
  return deadLetter(message, reason, partitionOf(key, partitions.get(TOPICS.deadLetters) ?? 1));
}

function notTaken({ type }: ResultMessage, { routes }: InboundParts): Problem {
  const taken = [...routes.keys()].sort();
  const detail = {
    en: `${type} is not taken here, but ${taken.join(', ')}.`,
    zh: `此处不接收 ${type}，仅接收：${taken.join('、')}。`,
  };
  return { status: 400, code: 'type-not-taken', title: TITLES.unreadable, detail };
}

function noStream({ stream }: ResultMessage): Problem {
  const detail = { en: `${stream} is no stream.`, zh: `${stream} 不是流。` };
  return { status: 400, code: 'no-such-stream', title: TITLES.unreadable, detail };
}
