import { describe, expect, it } from 'vitest';
import type { Subject } from './describe-event-store.ts';
import { asWritten, newEvent, newEvents, newId, newStream } from './events.ts';

export function findsByIdAndHead(subject: Subject): void {
  describe('finding by id', () => {
    it('gives the event of that id in that stream, whole', async () => {
      const stream = newStream();
      const event = newEvent({ bodyBytes: 300 });
      const { positions } = await subject.store.append(stream, 'none', [newEvent(), event, newEvent()]);
      const found = await subject.store.findById(stream, event.id);
      expect(found && asWritten(found)).toEqual(asWritten(event));
      expect(found).toMatchObject({ stream, revision: 1, position: positions[1] });
    });

    it('tells the same id in two streams apart', async () => {
      const [one, other] = [newStream(), newStream()];
      const event = newEvent();
      await subject.store.append(one, 'none', [event]);
      await subject.store.append(other, 'none', [newEvent(), event]);
      expect(await subject.store.findById(one, event.id)).toMatchObject({ stream: one, revision: 0 });
      expect(await subject.store.findById(other, event.id)).toMatchObject({ stream: other, revision: 1 });
    });

    it('finds nothing under an id of another stream, an unknown id or an unknown stream', async () => {
      const [one, other] = [newStream(), newStream()];
      const event = newEvent();
      await subject.store.append(one, 'none', [event]);
      await subject.store.append(other, 'none', [newEvent()]);
      expect(await subject.store.findById(other, event.id)).toBeUndefined();
      expect(await subject.store.findById(one, newId())).toBeUndefined();
      expect(await subject.store.findById(newStream(), event.id)).toBeUndefined();
    });
  });

  describe('heads', () => {
    it('gives revision, position and header of the newest event, and leaves out streams without events', async () => {
      const [one, other, absent] = [newStream(), newStream('person-'), newStream()];
      const newest = newEvent();
      await subject.store.append(one, 'none', newEvents(2));
      const { positions } = await subject.store.append(one, 1, [newEvent(), newest]);
      await subject.store.append(other, 'none', [newEvent()]);
      const heads = await subject.store.heads([one, absent, other, one]);
      expect([...heads.keys()].sort()).toEqual([one, other].sort());
      expect(heads.get(one)).toMatchObject({ revision: 3, position: positions[1] });
      expect(Uint8Array.from(heads.get(one)!.header)).toEqual(newest.header);
      expect(heads.get(other)).toMatchObject({ revision: 0 });
    });

    it('answers for hundreds of streams at once, and for none', async () => {
      const streams = Array.from({ length: 600 }, () => newStream());
      await Promise.all(streams.map((stream) => subject.store.append(stream, 'none', [newEvent()])));
      expect((await subject.store.heads(streams)).size).toBe(600);
      expect((await subject.store.heads([])).size).toBe(0);
    });

    it('does not fall behind what was acknowledged', async () => {
      const stream = newStream();
      for (let i = 0; i < 25; i++) {
        await subject.store.append(stream, i === 0 ? 'none' : i - 1, [newEvent()]);
        expect((await subject.store.heads([stream])).get(stream)?.revision).toBe(i);
      }
    });
  });
}
