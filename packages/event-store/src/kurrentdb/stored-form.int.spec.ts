import { afterEach, beforeEach, expect, it } from 'vitest';
import { type KurrentDouble, startKurrentDouble } from '../../../../test/doubles/kurrentdb/index.ts';
import { newEvent, newEvents, newId, newStream } from '../contract/index.ts';
import type { EventStore } from '../port.ts';
import { openKurrentEventStore } from './index.ts';
import { serverEventId } from './server-event-id.ts';

let server: KurrentDouble;
let store: EventStore;

beforeEach(async () => {
  server = await startKurrentDouble();
  store = await openKurrentEventStore(server.url);
});
afterEach(async () => {
  await store.close();
  await server.stop();
});

const utf8 = new TextEncoder();
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

it('stands on the server as the bytes that were sealed: header as metadata, body as data, neither read as JSON', async () => {
  const stream = newStream();
  const id = newId();
  const header = `{"10":1,"9":2,"id":"${id}"}`;
  const body = '{"10":{"b":1.50,"a":1e3},"9":"\\u5e72"}';
  await store.append(stream, 'none', [{ id, type: 'batch.opened.v1', header: utf8.encode(header), body: utf8.encode(body) }]);
  const [record] = server.log.visible(stream)!;
  expect(record).toMatchObject({
    id: serverEventId(utf8.encode(header)),
    type: 'batch.opened.v1',
    contentType: 'application/octet-stream',
  });
  expect([text(record?.metadata), text(record?.data)]).toEqual([header, body]);
  const found = await store.findById(stream, id);
  expect([text(found?.header), text(found?.body)]).toEqual([header, body]);
});

it.each([['{"id":"0192f5c4-0000-7000-8000-000000000000"}'], ['{}'], ['[]'], ['null'], ['no JSON'], ['']])(
  'refuses the header %s, which does not hold the id of its event',
  async (header) => {
    const event = { ...newEvent(), header: utf8.encode(header) };
    await expect(store.append(newStream(), 'none', [event])).rejects.toMatchObject({
      code: 'invalid-append',
      details: { eventId: event.id },
    });
  },
);

it('keeps a position of the server as commit and prepare', async () => {
  const stream = newStream();
  const { positions } = await store.append(stream, 'none', newEvents(2));
  expect(positions).toEqual(server.log.visible(stream)!.map(({ position }) => `${position}-${position}`));
});

it('costs one request to append an event at a head that was read before, and two to append several', async () => {
  const stream = newStream();
  await store.append(stream, 'none', newEvents(20));
  await store.close();
  store = await openKurrentEventStore(server.url);
  for await (const _ of store.readStream(stream));
  const requests = async (count: number, at: number) => {
    const before = server.counts.requests;
    await store.append(stream, at, newEvents(count));
    return server.counts.requests - before;
  };
  expect(await requests(1, 19)).toBe(1);
  expect(await requests(5, 20)).toBe(2);
  expect(await requests(1, 25)).toBe(1);
});

it('reads a stream that it has not read yet once before it appends to it, to know its ids', async () => {
  const stream = newStream();
  await store.append(stream, 'none', newEvents(20));
  await store.close();
  store = await openKurrentEventStore(server.url);
  const before = server.counts.requests;
  for (let i = 0; i < 3; i++) await store.append(stream, 19 + i, [newEvent()]);
  expect(server.counts.requests - before).toBe(4);
});
