import { contentText, type Signature, sealBody, sealHeader } from '@cytoledger/attest';
import type { Position, StoredEvent } from '@cytoledger/event-store';
import { describe, expect, it } from 'vitest';
import { NOT_PLAIN, PLAIN_FIRST, PLAIN_FOLLOWING, packEvents, readPlainly } from './plain-page.ts';

type Given = { seq?: number; prev?: string | null; signatures?: Signature[] };

const TYPE = 'batch.held.v1';
const LEAF = 'A'.repeat(43);
const RECORDED_AT = '2026-11-21T08:00:00.000Z';

function stored({ seq = 0, prev = null, signatures = [] }: Given = {}): StoredEvent & { readonly leaf: string } {
  const id = `0192f5c4-0000-7000-8000-${String(seq).padStart(12, '0')}`;
  const stream = 'batch-a';
  const body = sealBody({
    actor: { org: 'lab-a', person: null, role: 'lab.operator', client: null },
    basis: [],
    causation: null,
    correlation: 'c',
    contentText: contentText({
      nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
      ...{ id, type: TYPE, stream, occurredAt: null, capture: {}, data: { n: seq } },
    }),
  });
  const { bytes, leaf } = sealHeader({ id, stream, seq, prev, recordedAt: RECORDED_AT, body, signatures });
  return { id, type: TYPE, stream, revision: seq, position: String(seq + 1) as Position, header: bytes, body, leaf };
}

function verdictOf(event: StoredEvent): number {
  return readPlainly(packEvents([event])).verdicts[0]!;
}

function withBody(event: StoredEvent, body: Uint8Array): StoredEvent {
  return { ...event, body };
}

describe('events that are read by themselves', () => {
  it('are plain where they are as they were sealed', () => {
    expect([stored(), stored({ seq: 7, prev: LEAF })].map(verdictOf)).toEqual([PLAIN_FIRST, PLAIN_FOLLOWING]);
  });

  it('give what their chain is followed by', () => {
    const events = [stored(), stored({ seq: 7, prev: LEAF })];

    const { leaves, prevs, times } = readPlainly(packEvents(events));

    expect(Buffer.from(leaves.subarray(32)).toString('base64url')).toBe(events[1]!.leaf);
    expect(Buffer.from(prevs.subarray(32)).toString('base64url')).toBe(LEAF);
    expect([...times]).toEqual([Date.parse(RECORDED_AT), Date.parse(RECORDED_AT)]);
  });

  it.each<[string, (event: StoredEvent) => StoredEvent]>([
    [
      'whose body was changed',
      (event) => withBody(event, Buffer.from(Buffer.from(event.body).toString().replace('"n":0', '"n":1'))),
    ],
    ['whose body was cut', (event) => withBody(event, event.body.subarray(0, -1))],
    ['whose header was changed', (event) => ({ ...event, header: Buffer.from('{}') })],
    ['that the store calls by another id', (event) => ({ ...event, id: '0192f5c4-0000-7000-8000-00000000000f' })],
    ['that the store calls by no id', (event) => ({ ...event, id: '' })],
    ['that the store puts into another stream', (event) => ({ ...event, stream: 'batch-b' })],
    ['that the store puts into another place', (event) => ({ ...event, revision: 1 })],
    ['that the store gives another type', (event) => ({ ...event, type: 'batch.released.v1' })],
  ])('are read in full %s', (_, damaged) => {
    expect(verdictOf(damaged(stored()))).toBe(NOT_PLAIN);
  });

  it('are told apart when damaged ones stand among them', () => {
    const [first, second, third] = [stored(), stored({ seq: 1, prev: LEAF }), stored({ seq: 2, prev: LEAF })];

    const { verdicts } = readPlainly(packEvents([first, withBody(second, Buffer.alloc(3)), third]));

    expect([...verdicts]).toEqual([PLAIN_FIRST, NOT_PLAIN, PLAIN_FOLLOWING]);
  });
});
