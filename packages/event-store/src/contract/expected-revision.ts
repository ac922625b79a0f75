import { describe, expect, it } from 'vitest';
import type { ExpectedRevision } from '../port.ts';
import type { Subject } from './describe-event-store.ts';
import { newEvent, newEvents, newStream, places, streamOf } from './events.ts';

export function checksExpectedRevisions(subject: Subject): void {
  describe('expected revision', () => {
    it('begins a stream at none and numbers its events from 0', async () => {
      const stream = newStream();
      const events = newEvents(3);
      const appended = await subject.store.append(stream, 'none', events);
      expect(appended.firstRevision).toBe(0);
      expect(appended.positions).toHaveLength(3);
      expect(places(await streamOf(subject.store, stream))).toEqual(events.map((event, i) => `${stream}@${i} ${event.id}`));
    });

    it('goes on from the exact head', async () => {
      const stream = newStream();
      await subject.store.append(stream, 'none', newEvents(2));
      const appended = await subject.store.append(stream, 1, newEvents(2));
      expect(appended.firstRevision).toBe(2);
      expect((await streamOf(subject.store, stream)).map((event) => event.revision)).toEqual([0, 1, 2, 3]);
    });

    it('refuses none on a stream that exists, and tells its head', async () => {
      const stream = newStream();
      await subject.store.append(stream, 'none', newEvents(3));
      await expect(subject.store.append(stream, 'none', [newEvent()])).rejects.toMatchObject({
        name: 'EventStoreError',
        code: 'wrong-expected-revision',
        details: { stream, expected: 'none', actual: 2 },
      });
    });

    it('refuses an exact revision on a stream that does not exist, and tells that there is none', async () => {
      const stream = newStream();
      await expect(subject.store.append(stream, 0, [newEvent()])).rejects.toMatchObject({
        code: 'wrong-expected-revision',
        details: { stream, expected: 0, actual: 'none' },
      });
      expect(await streamOf(subject.store, stream)).toEqual([]);
    });

    it.each([
      ['behind', 0],
      ['ahead of', 7],
    ])('refuses a revision %s the head, and tells the head', async (_, expected) => {
      const stream = newStream();
      await subject.store.append(stream, 'none', newEvents(3));
      await expect(subject.store.append(stream, expected, [newEvent()])).rejects.toMatchObject({
        code: 'wrong-expected-revision',
        details: { stream, expected, actual: 2 },
      });
      expect(await streamOf(subject.store, stream)).toHaveLength(3);
    });

    it.each([[-1], [-2], [0.5], [Number.NaN], [2 ** 53], ['any'], ['stream-exists'], [undefined], [null], [0n]])(
      'has no way round the revision: %s is refused',
      async (revision) => {
        const stream = newStream();
        const anyway = revision as unknown as ExpectedRevision;
        await expect(subject.store.append(stream, anyway, [newEvent()])).rejects.toMatchObject({ code: 'invalid-append' });
        expect(await streamOf(subject.store, stream)).toEqual([]);
        await subject.store.append(stream, 'none', [newEvent()]);
        await expect(subject.store.append(stream, anyway, [newEvent()])).rejects.toMatchObject({ code: 'invalid-append' });
        expect(await streamOf(subject.store, stream)).toHaveLength(1);
      },
    );

    it('lets exactly one of many concurrent appends at the same revision win', async () => {
      const stream = newStream();
      await subject.store.append(stream, 'none', [newEvent()]);
      const tries = await Promise.allSettled(Array.from({ length: 20 }, () => subject.store.append(stream, 0, newEvents(2))));
      expect(tries.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
      for (const each of tries) {
        if (each.status === 'rejected') {
          expect(each.reason).toMatchObject({ code: 'wrong-expected-revision', details: { expected: 0, actual: 2 } });
        }
      }
      expect(await streamOf(subject.store, stream)).toHaveLength(3);
    });

    it('fails a conflicting append alone, not those that are committed beside it', async () => {
      const taken = newStream();
      await subject.store.append(taken, 'none', [newEvent()]);
      const streams = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? taken : newStream()));
      const tries = await Promise.allSettled(streams.map((stream) => subject.store.append(stream, 'none', newEvents(2))));
      expect(tries.map((each) => each.status)).toEqual(streams.map((stream) => (stream === taken ? 'rejected' : 'fulfilled')));
      expect(await streamOf(subject.store, taken)).toHaveLength(1);
      for (const stream of streams) if (stream !== taken) expect(await streamOf(subject.store, stream)).toHaveLength(2);
    });

    it('keeps the revisions of a stream without gaps while many writers retry on it', async () => {
      const stream = newStream();
      const writers = Array.from({ length: 8 }, async () => {
        for (let written = 0; written < 5; ) {
          const head = (await subject.store.heads([stream])).get(stream)?.revision ?? 'none';
          try {
            await subject.store.append(stream, head, [newEvent()]);
            written++;
          } catch (error) {
            expect(error).toMatchObject({ code: 'wrong-expected-revision' });
          }
        }
      });
      await Promise.all(writers);
      const revisions = (await streamOf(subject.store, stream)).map((event) => event.revision);
      expect(revisions).toEqual(Array.from({ length: 40 }, (_, i) => i));
    });
  });
}
