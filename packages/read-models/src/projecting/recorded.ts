import type { Recorded } from '@cytoledger/domain';
import type { StoredEvent } from '@cytoledger/event-store';
import type { Upcast } from './projection.ts';

type StoredBody = {
  readonly actor: Recorded['actor'];
  readonly causation: string | null;
  readonly content: {
    readonly id: string;
    readonly type: string;
    readonly occurredAt: string | null;
    readonly capture: Recorded['capture'];
    readonly data: unknown;
  };
};

/**
 * The domain's view of a stored event, of its newest version.
 *
 * @param recordedAt its header's, where the caller has read it already
 * @throws SyntaxError when the bytes are no sealed event
 */
export function recordedOf(stored: StoredEvent, upcast: Upcast, recordedAt: string = recordedAtOf(stored.header)): Recorded {
  const { actor, causation, content } = JSON.parse(text(stored.body)) as StoredBody;
  const { type, data } = upcast(content.type, content.data);
  return {
    id: content.id,
    type,
    stream: stored.stream,
    seq: stored.revision,
    occurredAt: content.occurredAt,
    recordedAt,
    capture: content.capture,
    actor,
    causation,
    data,
  };
}

const MEMBER = '"recordedAt":"';
/** `2026-11-21T08:15:02.113Z` */
const TIME_LENGTH = 24;

/**
 * Cut out of the header without parsing it: in its canonical bytes only a digest, a UUID and a leaf hash stand before this member, and none of
 * them can hold its name.
 */
export function recordedAtOf(header: Uint8Array): string {
  const bytes = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
  const at = bytes.indexOf(MEMBER, 0, 'latin1');
  if (at < 0) throw new SyntaxError('a header without recordedAt');
  return bytes.toString('latin1', at + MEMBER.length, at + MEMBER.length + TIME_LENGTH);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
