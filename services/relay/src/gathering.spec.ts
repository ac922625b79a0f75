import type { Batch, Position } from '@cytoledger/event-store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gathering, type Limits } from './gathering.ts';
import type { Outgoing } from './outgoing.ts';

type Given = { readonly partition: number; readonly bytes: number };

const LIMITS: Limits = { events: 10, bytes: 1000, partitionBytes: 400 };

function outgoing({ partition, bytes }: Given, n: number): Outgoing {
  const message = { topic: 't', partition, key: 'k', value: Buffer.alloc(0), headers: {} };
  return { message, position: String(n + 1) as Position, stream: 's', seq: n, leaf: '', bytes, recordedAt: () => 0 };
}

/** A log of such events, in pages; it remembers how many were asked for. */
function logOf(count: number, page = 7) {
  const given = { asked: 0 };
  async function* pages(): AsyncGenerator<Batch> {
    for (let at = 0; at < count; at += page) {
      const events = Array.from({ length: Math.min(page, count - at) }, (_, n) => at + n);
      given.asked = at + events.length;
      yield { events: events as never, position: String(given.asked) as Position, caughtUp: false };
    }
  }
  return { given, pages: pages() };
}

async function taken(all: readonly Given[], limits = LIMITS): Promise<(readonly Outgoing[])[]> {
  const gathering = new Gathering(limits);
  void gathering.follow(logOf(all.length).pages, (n) => outgoing(all[n as never]!, n as never));
  const lists: (readonly Outgoing[])[] = [];
  for (;;) {
    const list = await gathering.take();
    if (list.length === 0) return lists;
    lists.push(list);
    // Time for it to gather as much as it may.
    for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('what is gathered for one transaction', () => {
  it('keeps to every limit, and together is the whole log in its order', async () => {
    const given = fc.record({ partition: fc.nat(3), bytes: fc.integer({ min: 1, max: 300 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(given, { maxLength: 80 }), async (all) => {
        const lists = await taken(all);
        expect(lists.flat().map(({ seq }) => seq)).toEqual(all.map((_, n) => n));
        for (const list of lists) {
          expect(list.length).toBeLessThanOrEqual(LIMITS.events);
          expect(list.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(LIMITS.bytes);
          for (const part of Map.groupBy(list, ({ message }) => message.partition).values()) {
            expect(part.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(LIMITS.partitionBytes);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is at least one event, however large', async () => {
    expect((await taken([{ partition: 0, bytes: 5000 }])).map((list) => list.length)).toEqual([1]);
  });

  it('is never more than one transaction, and a page read ahead, when nobody takes', async () => {
    const { given, pages } = logOf(1000);
    const gathering = new Gathering(LIMITS);
    void gathering.follow(pages, (n) => outgoing({ partition: 0, bytes: 1 }, n as never));
    for (let n = 0; n < 50; n++) await new Promise((resolve) => setImmediate(resolve));
    expect(given.asked).toBeLessThanOrEqual(14);
    gathering.end();
  });

  it('is given before the failure that came after it', async () => {
    const gathering = new Gathering(LIMITS);
    const following = gathering.follow(logOf(3).pages, (n) => {
      if ((n as never) === 2) throw new Error('unreadable');
      return outgoing({ partition: 0, bytes: 1 }, n as never);
    });
    await following;
    expect(await gathering.take()).toHaveLength(2);
    await expect(gathering.take()).rejects.toThrow('unreadable');
  });

  it('goes at once where the log has no more, and is as much as fits where it has', async () => {
    const whole = new Gathering(LIMITS);
    const one = { partition: 0, bytes: 1 };
    async function* twoAndLive(): AsyncGenerator<Batch> {
      yield { events: [0, 1] as never, position: '2' as Position, caughtUp: true };
      await new Promise(() => undefined);
    }
    void whole.follow(twoAndLive(), (n) => outgoing(one, n as never));
    expect(await whole.take()).toHaveLength(2);
    whole.end();
    const parts = new Gathering(LIMITS);
    void parts.follow(logOf(25, 2).pages, (n) => outgoing(one, n as never));
    expect((await parts.take()).length).toBe(LIMITS.events);
    parts.end();
  });

  it('does not wait for ever for what the log was about to say', async () => {
    const gathering = new Gathering(LIMITS);
    async function* twoAndSilence(): AsyncGenerator<Batch> {
      yield { events: [0, 1] as never, position: '2' as Position, caughtUp: false };
      await new Promise(() => undefined);
    }
    void gathering.follow(twoAndSilence(), (n) => outgoing({ partition: 0, bytes: 1 }, n as never));
    expect(await gathering.take()).toHaveLength(2);
    gathering.end();
  });

  it('ends for who waits', async () => {
    const gathering = new Gathering(LIMITS);
    const waiting = gathering.take();
    gathering.end();
    expect(await waiting).toEqual([]);
  });
});
