import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Subject } from './describe-event-store.ts';
import { collect, newEvent, newEvents, newStream, streamOf } from './events.ts';

export function closes(subject: Subject): void {
  describe('closing', () => {
    it('answers every call afterwards with closed, and may be repeated', async () => {
      const { store } = subject;
      const stream = newStream();
      await store.append(stream, 'none', [newEvent()]);
      await store.close();
      await store.close();
      const closed = { name: 'EventStoreError', code: 'closed' };
      await expect(store.append(stream, 0, [newEvent()])).rejects.toMatchObject(closed);
      await expect(collect(store.readStream(stream))).rejects.toMatchObject(closed);
      await expect(collect(store.readAll())).rejects.toMatchObject(closed);
      await expect(store.findById(stream, newEvent().id)).rejects.toMatchObject(closed);
      await expect(store.heads([stream])).rejects.toMatchObject(closed);
      await expect(store.headPosition()).rejects.toMatchObject(closed);
    });

    it('ends the subscriptions', async () => {
      await subject.store.append(newStream(), 'none', newEvents(2));
      const ended = Array.from({ length: 3 }, async () => {
        let events = 0;
        for await (const batch of subject.store.subscribe()) events += batch.events.length;
        return events;
      });
      await delay(20);
      await subject.store.close();
      for (const events of await Promise.all(ended)) expect(events).toBeLessThanOrEqual(2);
    });

    it('finishes what was accepted', async ({ skip }) => {
      if (!subject.reopen) skip('the adapter cannot be reopened here');
      const streams = Array.from({ length: 50 }, () => newStream());
      const appending = Promise.all(streams.map((stream) => subject.store.append(stream, 'none', newEvents(2))));
      await subject.store.close();
      await appending;
      await subject.reopen?.();
      for (const stream of streams) expect(await streamOf(subject.store, stream)).toHaveLength(2);
    });
  });
}
