import { contentText, type JsonObject, sealBody, sealHeader } from '@cytoledger/attest';
import type { HistoryEvent } from '@cytoledger/client';
import { describe, expect, it } from 'vitest';
import { ChainCheck } from './chain-check.ts';

/** Histories of these streams, sealed one after the other. */
function history(...streams: string[]): HistoryEvent[] {
  const heads = new Map<string, { seq: number; leaf: string }>();
  return streams.map((stream, n) => {
    const id = `0192f5c4-0000-7000-8000-${String(n).padStart(12, '0')}`;
    const body = sealBody({
      actor: { org: 'lab-a', person: null, role: 'lab.operator', client: null },
      basis: [],
      causation: null,
      correlation: 'c',
      contentText: contentText({
        nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
        id,
        type: 'batch.held.v1',
        stream,
        occurredAt: null,
        capture: {},
        data: { n },
      }),
    });
    const head = heads.get(stream);
    const seq = head ? head.seq + 1 : 0;
    const sealed = sealHeader({
      id,
      stream,
      seq,
      prev: head?.leaf ?? null,
      recordedAt: `2026-11-21T08:00:0${n}.000Z`,
      body,
      signatures: [],
    });
    heads.set(stream, { seq, leaf: sealed.leaf });
    return {
      position: String(n + 1),
      header: JSON.parse(sealed.bytes.toString()),
      body: JSON.parse(Buffer.from(body).toString()),
    } as HistoryEvent;
  });
}

function checked(events: readonly HistoryEvent[]): ChainCheck {
  const check = new ChainCheck();
  for (const event of events) check.add(event);
  return check;
}

const whole = () => history('batch-a', 'batch-b', 'batch-a', 'batch-a');

describe('a history that was handed out', () => {
  it('is accepted when nothing was touched', () => {
    expect(checked(whole())).toMatchObject({ fault: null, streams: 2, withheld: 0 });
  });

  it('may withhold bodies, and still proves that nothing is missing between', () => {
    const events = whole().map((event) => ({ ...event, body: null }));
    expect(checked(events)).toMatchObject({ fault: null, withheld: 4 });
  });

  it('is refused when an event was left out', () => {
    const [first, second, , last] = whole();
    expect(checked([first!, second!, last!]).fault).toMatchObject({ stream: 'batch-a', seq: 2, code: 'seq-mismatch' });
  });

  it('is refused when a withheld event was left out', () => {
    const [first, second, , last] = whole().map((event) => ({ ...event, body: null }));
    expect(checked([first!, second!, last!]).fault).toMatchObject({ code: 'seq-mismatch' });
  });

  it('is refused when a body was changed', () => {
    const events = whole();
    (events[2]!.body!.content.data as JsonObject & { n: number }).n = 99;
    expect(checked(events).fault).toMatchObject({ stream: 'batch-a', seq: 1, code: 'body-digest-mismatch' });
  });

  it('is refused when a header was changed, at the event behind it', () => {
    const events = whole();
    (events[2]!.header as { recordedAt: string }).recordedAt = '2026-11-21T08:00:01.500Z';
    expect(checked(events).fault).toMatchObject({ stream: 'batch-a', seq: 2, code: 'prev-mismatch' });
  });

  it('has one digest, by which two readers compare', () => {
    expect(checked(whole()).digest()).toBe(checked(whole()).digest());
    expect(checked(whole().slice(0, 3)).digest()).not.toBe(checked(whole()).digest());
  });
});
