import { describe, expect, it } from 'vitest';
import type { Subject } from './describe-event-store.ts';
import { asWritten, newEvent, newId, newStream, streamOf } from './events.ts';

const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
const utf8 = new TextEncoder();

export function keepsBytes(subject: Subject, opaqueHeaders: boolean): void {
  describe('bytes', () => {
    it('returns a body of arbitrary bytes as it was given', async () => {
      const stream = newStream();
      const event = newEvent({ body: everyByte });
      await subject.store.append(stream, 'none', [event]);
      const [stored] = await streamOf(subject.store, stream);
      expect(stored && asWritten(stored)).toEqual(asWritten(event));
    });

    it('returns an empty body as it was given', async () => {
      const stream = newStream();
      await subject.store.append(stream, 'none', [newEvent({ body: new Uint8Array(0) })]);
      expect((await streamOf(subject.store, stream))[0]?.body.byteLength).toBe(0);
    });

    it('keeps JSON to the letter: order of keys, spaces, escapes, digits', async () => {
      const stream = newStream();
      const id = newId();
      const text = `{ "id":"${id}","10":1.0,"9":1e2,"\\u00e9":"é 干细胞","big":9007199254740993,"9":0 }\n`;
      const event = newEvent({ id, header: utf8.encode(text), body: utf8.encode(text) });
      await subject.store.append(stream, 'none', [event]);
      const [stored] = await streamOf(subject.store, stream);
      expect(new TextDecoder().decode(stored?.header)).toBe(text);
      expect(new TextDecoder().decode(stored?.body)).toBe(text);
    });

    it('returns a header of arbitrary bytes, or none, as it was given', async ({ skip }) => {
      if (!opaqueHeaders) skip('the adapter reads the id from the header');
      const stream = newStream();
      await subject.store.append(stream, 'none', [newEvent({ header: everyByte }), newEvent({ header: new Uint8Array(0) })]);
      expect((await streamOf(subject.store, stream)).map((event) => Uint8Array.from(event.header))).toEqual([
        everyByte,
        new Uint8Array(0),
      ]);
    });

    it('stores what a view shows, not the memory around it', async () => {
      const stream = newStream();
      const event = newEvent({ body: everyByte.subarray(100, 110) });
      await subject.store.append(stream, 'none', [event]);
      expect(Uint8Array.from((await streamOf(subject.store, stream))[0]!.body)).toEqual(everyByte.slice(100, 110));
    });

    it('stores what was there at the call, whatever the caller does to its buffer afterwards', async () => {
      const stream = newStream();
      const body = Uint8Array.from([1, 2, 3]);
      const appending = subject.store.append(stream, 'none', [newEvent({ body })]);
      body.fill(9);
      await appending;
      expect(Uint8Array.from((await streamOf(subject.store, stream))[0]!.body)).toEqual(Uint8Array.from([1, 2, 3]));
    });

    it('keeps the type and the id of each event', async () => {
      const stream = newStream();
      const event = newEvent({ type: 'unit.infused.v2' });
      await subject.store.append(stream, 'none', [event]);
      expect((await streamOf(subject.store, stream))[0]).toMatchObject({ id: event.id, type: 'unit.infused.v2', stream });
    });
  });
}
