import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../port.ts';
import type { Subject } from './describe-event-store.ts';
import { collect, newEvent, newEvents, newStream, places } from './events.ts';

const MIB = 1024 * 1024;

export function readsStreams(subject: Subject): void {
  describe('reading a stream', () => {
    const revisions = (events: readonly StoredEvent[]) => events.map((event) => event.revision);

    const tenEvents = async () => {
      const stream = newStream();
      await subject.store.append(stream, 'none', newEvents(4));
      await subject.store.append(newStream(), 'none', newEvents(3));
      await subject.store.append(stream, 3, newEvents(6));
      return stream;
    };

    it.each([
      [{}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
      [{ from: 7 }, [7, 8, 9]],
      [{ from: 2, limit: 3 }, [2, 3, 4]],
      [{ from: 10 }, []],
      [{ limit: 0 }, []],
      [{ direction: 'backwards' as const }, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
      [{ direction: 'backwards' as const, limit: 1 }, [9]],
      [{ direction: 'backwards' as const, from: 3 }, [3, 2, 1, 0]],
      [{ direction: 'backwards' as const, from: 0 }, [0]],
      [{ direction: 'backwards' as const, from: 5, limit: 2 }, [5, 4]],
      [{ direction: 'backwards' as const, from: 99, limit: 2 }, [9, 8]],
    ])('of ten events, %j gives %j', async (options, expected) => {
      const stream = await tenEvents();
      expect(revisions(await collect(subject.store.readStream(stream, options)))).toEqual(expected);
    });

    it('gives nothing for a stream that does not exist', async () => {
      await tenEvents();
      expect(await collect(subject.store.readStream(newStream()))).toEqual([]);
      expect(await collect(subject.store.readStream(newStream(), { direction: 'backwards' }))).toEqual([]);
    });

    it('does not mix in a stream whose name only begins alike', async () => {
      const stream = newStream();
      const events = newEvents(2);
      await subject.store.append(`${stream}0`, 'none', newEvents(1));
      await subject.store.append(stream, 'none', events);
      await subject.store.append(stream.toUpperCase(), 'none', newEvents(1));
      expect(places(await collect(subject.store.readStream(stream)))).toEqual(
        events.map((event, i) => `${stream}@${i} ${event.id}`),
      );
    });

    it.each([['forwards' as const], ['backwards' as const]])('reads %s in pages of at most 1 MiB', async (direction) => {
      const stream = newStream();
      for (let i = 0; i < 3; i++)
        await subject.store.append(stream, i === 0 ? 'none' : i * 14 - 1, newEvents(14, { bodyBytes: 65_000 }));
      const seen: number[] = [];
      let pages = 0;
      for await (const page of subject.store.readStream(stream, { direction })) {
        pages++;
        expect(page.length).toBeGreaterThan(0);
        expect(page.reduce((sum, event) => sum + event.header.byteLength + event.body.byteLength, 0)).toBeLessThanOrEqual(MIB);
        seen.push(...revisions(page));
      }
      const all = Array.from({ length: 42 }, (_, i) => i);
      expect(seen).toEqual(direction === 'forwards' ? all : all.reverse());
      expect(pages).toBeGreaterThanOrEqual(3);
    });

    it('reads long streams of small events whole', async () => {
      const stream = newStream();
      for (let i = 0; i < 5; i++) await subject.store.append(stream, i === 0 ? 'none' : i * 500 - 1, newEvents(500));
      expect(revisions(await collect(subject.store.readStream(stream)))).toEqual(Array.from({ length: 2_500 }, (_, i) => i));
      expect(revisions(await collect(subject.store.readStream(stream, { from: 100, limit: 2_200 })))).toEqual(
        Array.from({ length: 2_200 }, (_, i) => i + 100),
      );
    });

    it('can be left in the middle', async () => {
      const stream = newStream();
      await subject.store.append(stream, 'none', newEvents(14, { bodyBytes: 65_000 }));
      await subject.store.append(stream, 13, newEvents(14, { bodyBytes: 65_000 }));
      for await (const page of subject.store.readStream(stream)) {
        expect(page[0]?.revision).toBe(0);
        break;
      }
      await subject.store.append(stream, 27, [newEvent()]);
      expect(revisions(await collect(subject.store.readStream(stream, { from: 28 })))).toEqual([28]);
    });

    it('sees an append as soon as it was acknowledged', async () => {
      const stream = newStream();
      for (let i = 0; i < 25; i++) {
        await subject.store.append(stream, i === 0 ? 'none' : i - 1, [newEvent()]);
        expect(revisions(await collect(subject.store.readStream(stream, { direction: 'backwards', limit: 1 })))).toEqual([i]);
      }
    });
  });
}
