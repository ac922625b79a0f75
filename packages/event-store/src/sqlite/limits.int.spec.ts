import { stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { newEvent, newEvents, newStream } from '../contract/index.ts';
import { openSqliteEventStore } from './index.ts';
import { newLogFolder } from './log-folder.fixture.ts';

describe('a SQLite log that gets more than it can write', () => {
  it('refuses what does not fit its queue, says when to come again, and loses nothing of the rest', async () => {
    await using folder = await newLogFolder();
    const store = await openSqliteEventStore({ path: folder.path, maxQueueBytes: 100_000 });
    const streams = Array.from({ length: 40 }, () => newStream());
    const tries = await Promise.allSettled(
      streams.map((stream) => store.append(stream, 'none', [newEvent({ bodyBytes: 10_000 })])),
    );
    const refused = tries.filter((each) => each.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) {
      expect(reason).toMatchObject({ code: 'overloaded', details: { retryAfterMs: expect.any(Number) } });
      expect(reason.details.retryAfterMs).toBeGreaterThan(0);
    }
    const heads = await store.heads(streams);
    expect(streams.map((stream) => heads.has(stream))).toEqual(tries.map((each) => each.status === 'fulfilled'));
    await store.append(streams.at(-1)!, 'none', [newEvent()]);
    await store.close();
  });

  it('takes an append that is larger than its queue when nothing else waits', async () => {
    await using folder = await newLogFolder();
    const store = await openSqliteEventStore({ path: folder.path, maxQueueBytes: 1 });
    await store.append(newStream(), 'none', newEvents(10, { bodyBytes: 60_000 }));
    await store.close();
  });
});

describe('a SQLite log without room left', () => {
  it('becomes read-only, keeps what it acknowledged, and goes on when it is opened with room', async () => {
    await using folder = await newLogFolder();
    const full = await openSqliteEventStore({ path: folder.path, maxPages: 100 });
    const stream = newStream();
    let written = 0;
    const filling = async () => {
      for (;;) {
        await full.append(stream, written === 0 ? 'none' : written - 1, newEvents(3, { bodyBytes: 5_000 }));
        written += 3;
      }
    };
    await expect(filling()).rejects.toMatchObject({ code: 'read-only', message: expect.stringContaining('no room left') });
    expect(written).toBeGreaterThan(0);
    await expect(full.append(newStream(), 'none', [newEvent()])).rejects.toMatchObject({ code: 'read-only' });
    expect((await full.heads([stream])).get(stream)?.revision).toBe(written - 1);
    await full.close();

    const store = await openSqliteEventStore({ path: folder.path });
    expect((await store.heads([stream])).get(stream)?.revision).toBe(written - 1);
    await store.append(stream, written - 1, [newEvent()]);
    await store.close();
  });
});

describe('the write-ahead log of a SQLite log', () => {
  it('stays small while readers come and stay', async () => {
    await using folder = await newLogFolder();
    const store = await openSqliteEventStore({ path: folder.path });
    const stream = newStream();
    await store.append(stream, 'none', newEvents(14, { bodyBytes: 60_000 }));
    const lingering = store.readAll()[Symbol.asyncIterator]();
    await lingering.next();
    for (let i = 1; i < 100; i++) await store.append(stream, i * 14 - 1, newEvents(14, { bodyBytes: 60_000 }));
    expect((await stat(`${folder.path}-wal`)).size).toBeLessThan(70 * 1024 * 1024);
    await lingering.return?.();
    await store.close();
    expect((await stat(folder.path)).size).toBeGreaterThan(80_000_000);
  });
});
