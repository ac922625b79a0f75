import {
  AttestError,
  canonicalText,
  checkSealed,
  isJsonObject,
  type JsonObject,
  leafHash,
  parseStrictJson,
} from '@cytoledger/attest';
import { type Position, parsePosition } from '@cytoledger/event-store';
import { sourceOf } from './cloud-event.ts';
import { MessagingError } from './errors.ts';

/** What a consumer has after checking: header and body are the log's own bytes. */
export type ReceivedEvent = {
  readonly origin: string;
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly seq: number;
  readonly position: Position;
  readonly leaf: string;
  readonly header: Buffer;
  readonly body: Buffer;
};

/** An event and its header are at most 65,535 bytes each; as text in JSON a header can take twice that. */
const MAX_BYTES = 256 * 1024;
/** A body is at most 65 deep. */
const MAX_DEPTH = 66;

const TEXTS = [
  'id',
  'source',
  'type',
  'subject',
  'sequence',
  'partitionkey',
  'recordedtime',
  'leafhash',
  'logposition',
  'header',
] as const;

/**
 * Reads a CloudEvent of this platform and checks that it is whole: the header hashes to `leafhash` and names the digest of the body, both
 * are canonical and name the same id and stream, and the attributes say what they say. Whether that leaf stands in the log at `logposition`
 * is then a question for a proof against a cosigned checkpoint.
 *
 * @throws MessagingError `invalid-cloud-event`, `altered-cloud-event`
 */
export function readCloudEvent(value: Uint8Array): ReceivedEvent {
  const event = parsed(value);
  const text = Object.fromEntries(TEXTS.map((name) => [name, textMember(event, name)])) as Record<(typeof TEXTS)[number], string>;
  if (event['specversion'] !== '1.0') throw invalid('specversion', 'must be 1.0');
  if (!isJsonObject(event['data'])) throw invalid('data', 'must be the event’s body');
  const header = Buffer.from(text.header, 'utf8');
  const body = Buffer.from(canonicalText(event['data']), 'utf8');
  const sealed = checked(header, body);
  const { content, causation, correlation } = sealed.body;
  const { stream, seq } = sealed.header;
  const origin = originOf(text.source, stream);
  same('leafhash', text.leafhash, leafHash(header));
  same('id', text.id, sealed.header.id);
  same('subject', text.subject, stream);
  same('partitionkey', text.partitionkey, stream);
  same('type', text.type, content.type);
  same('sequence', Number(text.sequence), seq);
  same('recordedtime', text.recordedtime, sealed.header.recordedAt);
  same('time', event['time'] ?? null, content.occurredAt);
  same('causationid', event['causationid'] ?? null, causation);
  same('correlationid', event['correlationid'], correlation);
  return {
    origin,
    id: text.id,
    type: text.type,
    stream,
    seq,
    position: position(text.logposition),
    leaf: text.leafhash,
    header,
    body,
  };
}

function parsed(value: Uint8Array): JsonObject {
  try {
    const event = parseStrictJson(value, { maxBytes: MAX_BYTES, maxDepth: MAX_DEPTH });
    if (isJsonObject(event)) return event;
  } catch (cause) {
    if (!(cause instanceof AttestError)) throw cause;
    throw new MessagingError('invalid-cloud-event', `not JSON that this platform sends: ${cause.message}`, { cause });
  }
  throw new MessagingError('invalid-cloud-event', 'not a JSON object');
}

function checked(header: Buffer, body: Buffer): ReturnType<typeof checkSealed> {
  try {
    return checkSealed({ header, body });
  } catch (cause) {
    if (!(cause instanceof AttestError)) throw cause;
    throw new MessagingError('altered-cloud-event', `header and body: ${cause.message} (${cause.code})`, { cause });
  }
}

function originOf(source: string, stream: string): string {
  const encoded = source.slice('urn:cytoledger:'.length, -(encodeURI(stream).length + 1));
  let origin: string | undefined;
  try {
    origin = decodeURI(encoded);
  } catch {
    // Not one that was encoded here: told below.
  }
  if (!origin || sourceOf(origin, stream) !== source)
    throw new MessagingError('altered-cloud-event', `source does not name ${stream}`);
  return origin;
}

function position(text: string): Position {
  try {
    return parsePosition(text);
  } catch (cause) {
    throw new MessagingError('invalid-cloud-event', 'logposition is not a position of a log', { cause });
  }
}

function textMember(event: JsonObject, name: string): string {
  const value = event[name];
  if (typeof value !== 'string' || value === '') throw invalid(name, 'must be a text');
  return value;
}

function invalid(name: string, rule: string): MessagingError {
  return new MessagingError('invalid-cloud-event', `${name} ${rule}`);
}

function same(name: string, said: unknown, sealed: unknown): void {
  if (said !== sealed) throw new MessagingError('altered-cloud-event', `${name} is not what header and body say`);
}
