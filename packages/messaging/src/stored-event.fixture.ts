import { contentText, type JsonObject, sealBody, sealHeader } from '@cytoledger/attest';
import type { Position, StoredEvent } from '@cytoledger/event-store';

type Said = {
  readonly stream?: string;
  readonly occurredAt?: string | null;
  readonly causation?: string | null;
  readonly correlation?: string;
  readonly data?: JsonObject;
};

/** Event 17 of a batch, as the log holds it. */
export function storedEvent(said: Said = {}): StoredEvent {
  const { stream = 'batch-0192f5c4-0000-7000-8000-000000000001', occurredAt = '2026-11-21T16:15:00+08:00', data = {} } = said;
  const id = '0192f5c4-1111-7111-8111-111111111111';
  const type = 'batch.harvested.v1';
  const body = sealBody({
    actor: { org: 'lab-a', person: null, role: 'lab.operator', client: null },
    basis: [],
    causation: said.causation ?? null,
    contentText: contentText({
      ...{ nonce: 'AAAAAAAAAAAAAAAAAAAAAA', id, type, stream, occurredAt, data },
      capture: { mode: 'direct', precision: 's' },
    }),
    correlation: said.correlation ?? 'request-7',
  });
  const { bytes: header } = sealHeader({
    ...{ id, stream, seq: 17, body, signatures: [] },
    prev: 'A'.repeat(43),
    recordedAt: '2026-11-21T08:15:02.113Z',
  });
  return { id, type, stream, revision: 17, position: '4711' as Position, header, body };
}
