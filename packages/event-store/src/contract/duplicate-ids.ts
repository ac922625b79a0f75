import { describe, expect, it } from 'vitest';
import type { Subject } from './describe-event-store.ts';
import { newEvent, newEvents, newStream, places, streamOf } from './events.ts';

export function refusesDuplicateIds(subject: Subject): void {
  describe('event ids', () => {
    it('refuses an id that stands in the stream already, and stores nothing of that append', async () => {
      const stream = newStream();
      const first = newEvent();
      await subject.store.append(stream, 'none', [first, newEvent()]);
      await expect(subject.store.append(stream, 1, [newEvent(), newEvent({ id: first.id, bodyBytes: 9 })])).rejects.toMatchObject(
        {
          code: 'duplicate-event-id',
          details: { stream, eventId: first.id },
        },
      );
      expect(await streamOf(subject.store, stream)).toHaveLength(2);
    });

    it('refuses an id that stands in the stream under the very same bytes', async () => {
      const stream = newStream();
      const first = newEvent();
      await subject.store.append(stream, 'none', [first]);
      await expect(subject.store.append(stream, 0, [first])).rejects.toMatchObject({ code: 'duplicate-event-id' });
      expect(await streamOf(subject.store, stream)).toHaveLength(1);
    });

    it('refuses an id that stands twice in one append', async () => {
      const stream = newStream();
      const event = newEvent();
      await expect(
        subject.store.append(stream, 'none', [event, newEvent(), newEvent({ id: event.id, bodyBytes: 9 })]),
      ).rejects.toMatchObject({ code: 'duplicate-event-id', details: { eventId: event.id } });
      expect(await streamOf(subject.store, stream)).toEqual([]);
    });

    it('allows the same id in two streams', async () => {
      const [one, other] = [newStream(), newStream()];
      const event = newEvent();
      await subject.store.append(one, 'none', [event]);
      await subject.store.append(other, 'none', [event]);
      expect(places(await streamOf(subject.store, one))).toEqual([`${one}@0 ${event.id}`]);
      expect(places(await streamOf(subject.store, other))).toEqual([`${other}@0 ${event.id}`]);
    });

    it('never stores an append twice when it is sent again as it was', async () => {
      const stream = newStream();
      const events = newEvents(3);
      await subject.store.append(stream, 'none', events);
      // A server that recognises the retransmission may answer as it did the first time; nothing else may succeed.
      const again = await subject.store.append(stream, 'none', events).catch((error: unknown) => error);
      if (again instanceof Error)
        expect(['wrong-expected-revision', 'duplicate-event-id']).toContain((again as { code?: string }).code);
      else expect(again).toMatchObject({ firstRevision: 0 });
      expect(await streamOf(subject.store, stream)).toHaveLength(3);
    });

    it('refuses an append that was sealed anew under ids already stored', async () => {
      const stream = newStream();
      const event = newEvent();
      await subject.store.append(stream, 'none', [event]);
      const resealed = newEvent({ id: event.id, headerBytes: 200 });
      const error = await subject.store.append(stream, 'none', [resealed]).catch((reason: unknown) => reason);
      expect(['wrong-expected-revision', 'duplicate-event-id']).toContain((error as { code?: string }).code);
      expect((await streamOf(subject.store, stream)).map((each) => each.header.byteLength)).toEqual([event.header.byteLength]);
    });

    it('still knows the ids after the log was opened again', async ({ skip }) => {
      if (!subject.reopen) skip('the adapter cannot be reopened here');
      const stream = newStream();
      const event = newEvent();
      await subject.store.append(stream, 'none', [event, newEvent()]);
      await subject.reopen?.();
      await expect(subject.store.append(stream, 1, [newEvent({ id: event.id, bodyBytes: 9 })])).rejects.toMatchObject({
        code: 'duplicate-event-id',
      });
    });
  });
}
