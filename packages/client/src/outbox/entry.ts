import type { EventType, StreamStatement } from '../captured.ts';
import { newEventId } from '../event-id.ts';
import type { Problem } from '../problem.ts';
import type { Finding } from '../proving/finding.ts';
import type { Captured } from '../receipt.ts';
import type { SignedBody } from '../signing/signed-body.ts';
import { OutboxError } from './errors.ts';

/** An event on its way. */
export type Entry = {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  /** By the laboratory's clock. */
  readonly enqueuedAt: string;
  /** What is posted, without the time of sending. */
  readonly body: Omit<StreamStatement, 'id'> | SignedBody;
  /** When it was first tried; from then on a part of the content, so that every attempt sends the same bytes. */
  readonly firstTriedAt?: string;
};

export type Sent = { readonly entry: Entry; readonly captured: Captured; readonly receivedAt: string };

/** What was sent and is in the log: the proof holds by the policy's keys alone, whoever shows it. */
export type Proven = Sent & { readonly proven: Extract<Finding, { status: 'included' }> & { readonly at: string } };

export type Refused = { readonly entry: Entry; readonly problem: Problem; readonly refusedAt: string };

/** @throws OutboxError `unreadable` */
export function entryOf(given: StreamStatement<EventType> | SignedBody, enqueuedAt: string): Entry {
  if ('content' in given) return { ...namesIn(given.content), enqueuedAt, body: given };
  const { id = newEventId(), ...statement } = given;
  const { type, stream, capture } = statement;
  if (typeof type !== 'string' || typeof stream !== 'string' || typeof capture !== 'object' || capture === null) {
    throw new OutboxError('unreadable', 'an event says its type, stream and capture');
  }
  return { id, type, stream, enqueuedAt, body: { ...statement, capture: { ...capture, mode: modeOf(capture.mode) } } as never };
}

/** What was typed in or read from a device came by the outbox; a transcription or an import stays one. */
function modeOf(mode: StreamStatement['capture']['mode']): StreamStatement['capture']['mode'] {
  return mode === 'direct' || mode === 'device' ? 'outbox' : mode;
}

function namesIn(content: string): Pick<Entry, 'id' | 'type' | 'stream'> {
  try {
    const { id, type, stream } = JSON.parse(content) as Record<string, unknown>;
    if (typeof id === 'string' && typeof type === 'string' && typeof stream === 'string') return { id, type, stream };
  } catch (cause) {
    throw new OutboxError('unreadable', 'the signed content is not JSON', { cause });
  }
  throw new OutboxError('unreadable', 'the signed content does not say id, type and stream');
}

/** As a line of many. What was signed goes as it was signed. */
export function lineOf({ id, body, firstTriedAt }: Entry): string {
  if ('content' in body) return JSON.stringify(body);
  const sentAt = firstTriedAt === undefined ? {} : { sentAt: firstTriedAt };
  return JSON.stringify({ ...body, id, capture: { ...body.capture, ...sentAt } });
}
