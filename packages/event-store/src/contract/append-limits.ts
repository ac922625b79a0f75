import { describe, expect, it } from 'vitest';
import { appendLimits } from '../append-rules.ts';
import type { Subject } from './describe-event-store.ts';
import { newEvent, newEvents, newStream, streamOf } from './events.ts';

export function appendsWithinLimits(subject: Subject): void {
  describe('append limits', () => {
    it('takes 500 events at once and refuses 501', async () => {
      const stream = newStream();
      await subject.store.append(stream, 'none', newEvents(appendLimits.events));
      await expect(subject.store.append(stream, 499, newEvents(appendLimits.events + 1))).rejects.toMatchObject({
        code: 'append-too-large',
      });
      expect(await streamOf(subject.store, stream)).toHaveLength(500);
    });

    it('refuses an append without events', async () => {
      await expect(subject.store.append(newStream(), 'none', [])).rejects.toMatchObject({ code: 'invalid-append' });
    });

    it('takes a header and a body of 65,535 bytes and refuses one byte more of either', async () => {
      const stream = newStream();
      await subject.store.append(stream, 'none', [newEvent({ headerBytes: 65_535, bodyBytes: 65_535 })]);
      for (const shape of [{ headerBytes: 65_536 }, { bodyBytes: 65_536 }]) {
        await expect(subject.store.append(stream, 0, [newEvent(shape)])).rejects.toMatchObject({ code: 'append-too-large' });
      }
      const [stored] = await streamOf(subject.store, stream);
      expect([stored?.header.byteLength, stored?.body.byteLength]).toEqual([65_535, 65_535]);
    });

    it('takes 900 KiB at once and refuses one byte more', async () => {
      const stream = newStream();
      const filled = newEvents(14, { headerBytes: 100, bodyBytes: 65_000 });
      const rest = appendLimits.bytes - 14 * 65_100;
      await subject.store.append(stream, 'none', [...filled, newEvent({ headerBytes: 100, bodyBytes: rest - 100 })]);
      const more = [
        ...newEvents(14, { headerBytes: 100, bodyBytes: 65_000 }),
        newEvent({ headerBytes: 100, bodyBytes: rest - 99 }),
      ];
      await expect(subject.store.append(stream, 14, more)).rejects.toMatchObject({ code: 'append-too-large' });
      expect(await streamOf(subject.store, stream)).toHaveLength(15);
    });

    it.each([['not-a-uuid'], ['0192F5C4-0000-7000-8000-000000000000'], ['']])('refuses %j as an event id', async (id) => {
      const stream = newStream();
      await expect(subject.store.append(stream, 'none', [newEvent({ id })])).rejects.toMatchObject({ code: 'invalid-append' });
      expect(await streamOf(subject.store, stream)).toEqual([]);
    });

    it.each([[''], ['$all'], ['two words'], ['line\nfeed'], ['x'.repeat(201)]])('refuses %j as a stream name', async (stream) => {
      await expect(subject.store.append(stream, 'none', [newEvent()])).rejects.toMatchObject({ code: 'invalid-append' });
    });
  });
}
