import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentText, derivedEventId, leafHash, sealBody, sealHeader } from '@cytoledger/attest';
import { type EventStore, type EventToAppend, openEventStore } from '@cytoledger/event-store';

export type SealedLog = {
  readonly store: EventStore;
  readonly url: string;
  /** Appends so many events to a stream, about so many bytes each. */
  append(stream: string, count: number, bytes?: number): Promise<void>;
  remove(): Promise<void>;
};

/** A log of sealed events in a folder of its own. */
export async function sealedLog(): Promise<SealedLog> {
  const folder = await mkdtemp(join(tmpdir(), 'relay-'));
  const url = `sqlite:${join(folder, 'log.db')}`;
  const store = await openEventStore(url);
  const heads = new Map<string, { seq: number; leaf: string }>();
  return {
    store,
    url,
    append: async (stream, count, bytes = 10) => {
      for (let left = count; left > 0; left -= 100) {
        const head = heads.get(stream);
        const events: EventToAppend[] = [];
        for (let n = 0; n < Math.min(100, left); n++) events.push(next(stream, heads, bytes));
        await store.append(stream, head?.seq ?? 'none', events);
      }
    },
    remove: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const FIRST_ID = '0192f5c4-1111-7111-8111-111111111111';

function next(stream: string, heads: Map<string, { seq: number; leaf: string }>, bytes: number): EventToAppend {
  const head = heads.get(stream);
  const seq = head === undefined ? 0 : head.seq + 1;
  const id = derivedEventId({ triggerId: FIRST_ID, purpose: 'spec', stream, n: seq });
  const type = `${stream.split('-')[0]}.noted.v1`;
  const content = contentText({
    ...{ nonce: 'AAAAAAAAAAAAAAAAAAAAAA', id, type, stream, occurredAt: null },
    capture: { mode: 'direct', precision: 's' },
    data: { note: 'x'.repeat(bytes) },
  });
  const actor = { org: 'lab-a', person: null, role: 'lab.operator', client: null };
  const body = sealBody({ actor, basis: [], causation: null, contentText: content, correlation: 'c' });
  const { bytes: header } = sealHeader({
    ...{ id, stream, seq, prev: head?.leaf ?? null, body, signatures: [] },
    recordedAt: new Date().toISOString(),
  });
  heads.set(stream, { seq, leaf: leafHash(header) });
  return { id, type, header, body };
}
