import { randomBytes } from 'node:crypto';
import { checkSealed, leafHash } from '@cytoledger/attest';
import type { EventStore, StoredEvent } from '@cytoledger/event-store';

/** A fresh UUIDv7, of now or of the given time. */
export function eventId(at = Date.now()): string {
  const time = at.toString(16).padStart(12, '0');
  const random = randomBytes(10).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

export type Said = { readonly id: string; readonly occurredAt: string; readonly capture: object; readonly data: object };

/** What is posted for one fact. */
export function said(data: object): Said {
  return { id: eventId(), occurredAt: new Date().toISOString(), capture: { mode: 'direct', precision: 's' }, data };
}

export type Receipt = {
  readonly id: string;
  readonly stream: string;
  readonly seq: number;
  readonly position: string;
  readonly leaf: string;
};

export type Answered = {
  readonly status: number;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a server answered is read by what the specification expects of it
  readonly body: any;
};

export async function post(url: string, path: string, token: string, body: object): Promise<Answered> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, body: /json/.test(type) && text !== '' ? JSON.parse(text) : text };
}

/** What of a receipt stands in the log itself. */
export function inLog({ id, stream, seq, position, leaf }: Receipt): Receipt {
  return { id, stream, seq, position, leaf };
}

export type LogEntry = {
  readonly id: string;
  readonly stream: string;
  readonly seq: number;
  readonly leaf: string;
  readonly type: string;
  readonly position: string;
  readonly recordedAt: string;
  readonly body: string;
};

/**
 * Verifies the whole log: every header and body, every chain, every id once in its stream.
 *
 * @throws where something does not hold
 */
export async function verifiedLog(store: EventStore): Promise<LogEntry[]> {
  const previous = new Map<string, { seq: number; leaf: string; recordedAt: string }>();
  const ids = new Set<string>();
  const entries: LogEntry[] = [];
  for await (const page of store.readAll()) for (const stored of page) entries.push(verified(stored, previous, ids));
  return entries;
}

function verified(
  { id, type, stream, position, header: bytes, body }: StoredEvent,
  previous: Map<string, { seq: number; leaf: string; recordedAt: string }>,
  ids: Set<string>,
): LogEntry {
  const { header } = checkSealed({ header: bytes, body, previous: previous.get(stream) ?? null });
  if (ids.has(`${stream} ${id}`)) throw new Error(`${id} stands twice in ${stream}`);
  ids.add(`${stream} ${id}`);
  const leaf = leafHash(bytes);
  previous.set(stream, { seq: header.seq, leaf, recordedAt: header.recordedAt });
  return {
    id,
    type,
    stream,
    seq: header.seq,
    leaf,
    position,
    recordedAt: header.recordedAt,
    body: Buffer.from(body).toString('utf8'),
  };
}
