import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentText, sealBody, sealHeader } from '@cytoledger/attest';
import { type EventStore, type EventToAppend, openSqliteEventStore } from '@cytoledger/event-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkLog } from './check-log.ts';

let folder: string;
let store: EventStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-check-'));
  store = await openSqliteEventStore({ path: join(folder, 'log.db') });
  const created = sealed({ stream: 'log', type: 'log.created.v1' });
  await store.append('log', 'none', [created.event]);
});

afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

let count = 0;

type Given = { stream: string; type?: string; seq?: number; prev?: string | null; storedAs?: string; recordedAt?: string };

function sealed({ stream, type = 'batch.held.v1', seq = 0, prev = null, storedAs = type, recordedAt }: Given) {
  const id = `0192f5c4-0000-7000-8000-${String(++count).padStart(12, '0')}`;
  const body = sealBody({
    actor: { org: 'lab-a', person: null, role: 'lab.operator', client: null },
    basis: [],
    causation: null,
    correlation: 'c',
    contentText: contentText({ nonce: 'AAAAAAAAAAAAAAAAAAAAAA', id, type, stream, occurredAt: null, capture: {}, data: {} }),
  });
  const header = sealHeader({
    id,
    stream,
    seq,
    prev,
    recordedAt: recordedAt ?? '2026-11-21T08:00:00.000Z',
    body,
    signatures: [],
  });
  const event: EventToAppend = { id, type: storedAs, header: header.bytes, body };
  return { event, leaf: header.leaf };
}

/** The store takes bytes as they come: what an operator with a tool could put there. */
async function stored(...given: Given[]): Promise<void> {
  const revisions = new Map<string, number>();
  for (const each of given) {
    const revision = revisions.get(each.stream);
    await store.append(each.stream, revision ?? 'none', [sealed(each).event]);
    revisions.set(each.stream, (revision ?? -1) + 1);
  }
}

describe('a log that is checked', () => {
  it('is sound when every event is as it was sealed', async () => {
    const first = sealed({ stream: 'batch-a' });
    const second = sealed({ stream: 'batch-a', seq: 1, prev: first.leaf });
    await store.append('batch-a', 'none', [first.event, second.event]);

    expect(await checkLog(store)).toEqual({ events: 3, streams: 2, faults: [], faultCount: 0 });
  });

  it.each<[string, Given[], string]>([
    ['a chain that was forged', [{ stream: 'batch-a' }, { stream: 'batch-a', seq: 1, prev: 'A'.repeat(43) }], 'prev-mismatch'],
    ['a stream that does not begin at its beginning', [{ stream: 'batch-a', seq: 1, prev: 'A'.repeat(43) }], 'seq-mismatch'],
    ['an event that is called something else', [{ stream: 'batch-a', storedAs: 'batch.released.v1' }], 'type-mismatch'],
  ])('is refused for %s', async (_, given, code) => {
    await stored(...given);

    expect((await checkLog(store)).faults[0]).toMatchObject({ code, stream: 'batch-a' });
  });

  it('is refused for an event that was moved to another stream', async () => {
    await store.append('batch-b', 'none', [sealed({ stream: 'batch-a' }).event]);

    expect((await checkLog(store)).faults[0]).toMatchObject({ code: 'stream-mismatch', stream: 'batch-b', seq: 0 });
  });

  it('is refused when time runs backwards in a stream', async () => {
    const first = sealed({ stream: 'batch-a', recordedAt: '2026-11-21T09:00:00.000Z' });
    const second = sealed({ stream: 'batch-a', seq: 1, prev: first.leaf });
    await store.append('batch-a', 'none', [first.event, second.event]);

    expect((await checkLog(store)).faults[0]).toMatchObject({ code: 'recorded-at-decreases', seq: 1 });
  });
});

describe('a log of more events than are read at once', () => {
  /** So many that whatever stands behind them is read in the other thread. */
  async function manySoundEvents(): Promise<void> {
    let prev: string | null = null;
    for (let seq = 0; seq < 2_100; ) {
      const events: EventToAppend[] = [];
      for (; events.length < 300; seq++) {
        const next: ReturnType<typeof sealed> = sealed({ stream: 'batch-long', seq, prev });
        prev = next.leaf;
        events.push(next.event);
      }
      await store.append('batch-long', seq === 300 ? 'none' : seq - 301, events);
    }
  }

  it('is sound when every event is as it was sealed', async () => {
    await manySoundEvents();

    expect(await checkLog(store)).toEqual({ events: 2_101, streams: 2, faults: [], faultCount: 0 });
  });

  it('is refused for the same faults as one that is read in full', async () => {
    await manySoundEvents();
    await stored({ stream: 'batch-a' }, { stream: 'batch-a', seq: 1, prev: 'A'.repeat(43) });
    await stored({ stream: 'batch-b', seq: 1, prev: 'A'.repeat(43) });
    await stored({ stream: 'batch-c', storedAs: 'batch.released.v1' });
    await store.append('batch-d', 'none', [sealed({ stream: 'batch-e' }).event]);

    const quick = await checkLog(store);

    expect(quick.faults.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['prev-mismatch', 'seq-mismatch', 'type-mismatch', 'stream-mismatch']),
    );
    expect(quick).toEqual(await checkLog(store, { thorough: true }));
  });
});

it('a log whose first event is none is refused', async () => {
  const path = join(folder, 'other.db');
  const other = await openSqliteEventStore({ path });
  await other.append('batch-a', 'none', [sealed({ stream: 'batch-a' }).event]);

  expect((await checkLog(other)).faults[0]).toMatchObject({ code: 'log-not-created' });
  await other.close();
});
