import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KurrentDouble, startKurrentDouble } from '../../../../test/doubles/kurrentdb/index.ts';
import { newEvent, newEvents, newStream } from '../contract/index.ts';
import type { Batch, EventStore, StoredEvent } from '../port.ts';
import { type KurrentOptions, openKurrentEventStore } from './index.ts';

const patiently = { timeout: 45_000 };

let server: KurrentDouble;
let store: EventStore;

const open = async (options: KurrentOptions = {}) => {
  await store?.close();
  store = await openKurrentEventStore(server.url, options);
};

beforeEach(async () => {
  server = await startKurrentDouble();
  await open();
});
afterEach(async () => {
  await store.close();
  await server.stop();
});

const idsOf = async (stream: string) => {
  const ids: string[] = [];
  for await (const page of store.readStream(stream)) ids.push(...page.map((event) => event.id));
  return ids;
};

describe('an append whose answer is lost', () => {
  it.each(['cut', 'silence'] as const)('is of unknown outcome (%s), and rereading shows that it was stored', async (how) => {
    await open({ appendDeadlineMs: 300 });
    const stream = newStream();
    const events = newEvents(2);
    server.faults.loseNextAnswer(how);
    await expect(store.append(stream, 'none', events)).rejects.toMatchObject({ code: 'outcome-unknown', details: { stream } });
    expect(await idsOf(stream)).toEqual(events.map((event) => event.id));
  });

  it('is taken as done when the very same events are sent again', async () => {
    const stream = newStream();
    const events = newEvents(3);
    server.faults.loseNextAnswer('cut');
    await expect(store.append(stream, 'none', events)).rejects.toMatchObject({ code: 'outcome-unknown' });
    const again = await store.append(stream, 'none', events);
    expect(again).toMatchObject({ firstRevision: 0 });
    expect(again.positions).toEqual(server.log.visible(stream)!.map(({ position }) => `${position}-${position}`));
    expect(await idsOf(stream)).toEqual(events.map((event) => event.id));
  });

  it('conflicts when it is sealed anew under the same id, and the head is told', async () => {
    const stream = newStream();
    const event = newEvent();
    server.faults.loseNextAnswer('cut');
    await expect(store.append(stream, 'none', [event])).rejects.toMatchObject({ code: 'outcome-unknown' });
    await expect(store.append(stream, 'none', [newEvent({ id: event.id, headerBytes: 90 })])).rejects.toMatchObject({
      code: 'wrong-expected-revision',
      details: { expected: 'none', actual: 0 },
    });
  });

  it('does not take the appends beside it with it when only its own answer stays out', async () => {
    await open({ appendDeadlineMs: 1_500 });
    server.faults.loseNextAnswer('silence');
    const tries = await Promise.allSettled(Array.from({ length: 10 }, () => store.append(newStream(), 'none', [newEvent()])));
    expect(tries.filter((each) => each.status === 'rejected')).toHaveLength(1);
  });
});

describe('a retransmission', () => {
  it('is answered as the first time also when the stream has grown since', async () => {
    const stream = newStream();
    const events = newEvents(2);
    const first = await store.append(stream, 'none', events);
    await store.append(stream, 1, newEvents(4));
    expect(await store.append(stream, 'none', events)).toEqual(first);
    expect(await idsOf(stream)).toHaveLength(6);
  });

  it('conflicts when only a part of it is the same', async () => {
    const stream = newStream();
    const [first, second] = newEvents(2);
    await store.append(stream, 'none', [first!, second!]);
    await expect(store.append(stream, 'none', [first!, newEvent()])).rejects.toMatchObject({
      code: 'wrong-expected-revision',
      details: { actual: 1 },
    });
  });
});

describe('a server that is away', () => {
  it('stores nothing, says so, and is found again', async () => {
    await server.goAway();
    const stream = newStream();
    // The first to notice cannot tell whether its request arrived.
    await store.append(newStream(), 'none', [newEvent()]).catch(() => {});
    await expect(store.append(stream, 'none', [newEvent()])).rejects.toMatchObject({
      code: 'overloaded',
      details: { retryAfterMs: expect.any(Number) },
    });
    await server.comeBack();
    await expect
      .poll(() => store.append(stream, 'none', [newEvent()]).catch((error) => error.code), patiently)
      .toMatchObject({
        firstRevision: 0,
      });
  });

  it('lets a read wait until it is back', async () => {
    const stream = newStream();
    await store.append(stream, 'none', newEvents(2));
    await server.goAway();
    const reading = idsOf(stream);
    setTimeout(() => void server.comeBack(), 100);
    expect(await reading).toHaveLength(2);
  });

  it('fails a read as overloaded when it does not come back in time', async () => {
    await open({ readPatienceMs: 200 });
    await server.goAway();
    await expect(idsOf(newStream())).rejects.toMatchObject({ code: 'overloaded' });
    await expect(store.headPosition()).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('fails the opening as overloaded', async () => {
    await server.goAway();
    await expect(openKurrentEventStore(server.url, { readPatienceMs: 200 })).rejects.toMatchObject({ code: 'overloaded' });
  });
});

describe('a busy server', () => {
  it('has stored nothing, and the caller may try again', async () => {
    const stream = newStream();
    server.faults.refuseAppends();
    await expect(store.append(stream, 'none', [newEvent()])).rejects.toMatchObject({ code: 'overloaded' });
    await store.append(stream, 'none', [newEvent()]);
    expect(await idsOf(stream)).toHaveLength(1);
  });

  it('is not given more than the bytes allowed to wait', async () => {
    await open({ maxWaitingBytes: 100_000 });
    server.faults.appendDelay = 100;
    const tries = await Promise.allSettled(
      Array.from({ length: 4 }, () => store.append(newStream(), 'none', [newEvent({ bodyBytes: 40_000 })])),
    );
    expect(tries.map((each) => each.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(tries[2]).toMatchObject({ reason: { code: 'overloaded' } });
  });
});

describe('a subscription', () => {
  const follow = (enough: (events: readonly StoredEvent[], batch: Batch) => boolean, signal?: AbortSignal) => {
    const events: StoredEvent[] = [];
    const done = (async () => {
      for await (const batch of store.subscribe(signal ? { signal } : {})) {
        events.push(...batch.events);
        if (enough(events, batch)) break;
      }
    })();
    return { events, done };
  };
  const revisions = (events: readonly StoredEvent[]) => events.map((event) => event.revision);
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

  it('goes on after the last event that it delivered when the server was away, with what came meanwhile', async () => {
    const stream = newStream();
    await store.append(stream, 'none', newEvents(200));
    const { events, done } = follow((all) => all.length >= 210);
    await expect.poll(() => events.length, patiently).toBe(200);
    await server.goAway();
    server.counts.sent = 0;
    const [record] = server.log.visible(stream)!;
    for (let i = 0; i < 10; i++) server.log.append(stream, BigInt(199 + i), [{ ...record!, id: crypto.randomUUID() }]);
    await server.comeBack();
    await done;
    expect(revisions(events)).toEqual(upTo(210));
    // The ten that were new, and the head, which is looked at for each subscription.
    expect(server.counts.sent).toBeLessThan(50);
  });

  it('loses and repeats nothing while the connection breaks again and again', async () => {
    const stream = newStream();
    const { events, done } = follow((all) => all.length >= 60);
    for (let i = 0, tries = 0; i < 60; tries++) {
      if (tries % 7 === 0) server.cut();
      const event = newEvent();
      const head = i === 0 ? 'none' : i - 1;
      await store.append(stream, head, [event]).then(
        () => i++,
        async () => {
          if ((await idsOf(stream)).at(-1) === event.id) i++;
        },
      );
    }
    await done;
    expect(revisions(events)).toEqual(upTo(60));
  });

  it('ends when its signal is raised while the server is away', async () => {
    const cancel = new AbortController();
    const { done } = follow(() => false, cancel.signal);
    await server.goAway();
    setTimeout(() => cancel.abort(), 50);
    await done;
  });

  it('ends when the store is closed while the server is away', async () => {
    const { done } = follow(() => false);
    await server.goAway();
    setTimeout(() => void store.close(), 50);
    await done;
  });

  it('makes the server wait for a reader that does not go on', async () => {
    const stream = newStream();
    for (let i = 0; i < 40; i++) {
      await store.append(stream, i === 0 ? 'none' : i * 14 - 1, newEvents(14, { bodyBytes: 60_000 }));
    }
    server.counts.sent = 0;
    const batches = store.subscribe()[Symbol.asyncIterator]();
    await batches.next();
    // Until it has stood still for a while.
    for (let sent = -1; sent < server.counts.sent; await delay(300)) sent = server.counts.sent;
    // Of 560 events of 60 kB, what fills the buffers here, on the way and in the server.
    expect(server.counts.sent).toBeLessThan(280);
    await batches.return?.(undefined);
  });
});
