import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Batch, comparePositions, type Position, type StoredEvent, type SubscribeOptions } from '../port.ts';
import type { Subject } from './describe-event-store.ts';
import { collect, newEvent, newEvents, newStream, places } from './events.ts';
import { expectRising, writeConcurrently } from './read-all.ts';

export function subscribes(subject: Subject): void {
  describe('subscribing', () => {
    /** Reads batches until `enough`, then leaves the loop. */
    const until = async (enough: (events: StoredEvent[], batch: Batch) => boolean, options: SubscribeOptions = {}) => {
      const events: StoredEvent[] = [];
      for await (const batch of subject.store.subscribe(options)) {
        events.push(...batch.events);
        if (enough(events, batch)) break;
      }
      return events;
    };

    it('delivers what is there, then what comes, each event once and in order', async () => {
      const stream = newStream();
      await subject.store.append(stream, 'none', newEvents(5));
      const reading = until((events) => events.length >= 11);
      await subject.store.append(stream, 4, newEvents(5));
      await delay(20);
      await subject.store.append(stream, 9, [newEvent()]);
      expect(places(await reading)).toEqual(places(await collect(subject.store.readAll())));
    });

    it('waits on an empty log for its first event', async () => {
      const reading = until((events) => events.length > 0);
      await delay(20);
      const event = newEvent();
      await subject.store.append(newStream(), 'none', [event]);
      expect((await reading).map((each) => each.id)).toEqual([event.id]);
    });

    it('tells when it has caught up, also when there was nothing new', async () => {
      await subject.store.append(newStream(), 'none', newEvents(40));
      const lastBatch = async (options: SubscribeOptions) => {
        const batches: Batch[] = [];
        await until((_, batch) => batches.push(batch) > 0 && batch.caughtUp, options);
        return batches.at(-1);
      };
      const head = await subject.store.headPosition();
      expect(await lastBatch({})).toMatchObject({ position: head });
      expect(await lastBatch({ after: head })).toMatchObject({ events: [], position: head, caughtUp: true });
    });

    it('resumes after any position, of an event or of a batch', async () => {
      await writeConcurrently(subject.store, { writers: 4, appends: 3 });
      const log = await collect(subject.store.readAll());
      for (const i of [0, 1, 17, 34]) {
        const rest = await until((_, batch) => batch.caughtUp, { after: log[i]!.position });
        expect(places(rest)).toEqual(places(log.slice(i + 1)));
      }
    });

    it('skips no event and keeps the order while many writers commit', async () => {
      const total = 24 * 20 * 3;
      const subscribers = Array.from({ length: 4 }, () => until((events) => events.length >= total));
      const writing = writeConcurrently(subject.store, { writers: 24, appends: 20 });
      // Others come when part of it is written already.
      await delay(15);
      for (let i = 0; i < 2; i++) subscribers.push(until((events) => events.length >= total));
      await writing;
      const log = await collect(subject.store.readAll());
      expect(log).toHaveLength(total);
      expectRising(log);
      for (const seen of await Promise.all(subscribers)) expect(places(seen)).toEqual(places(log));
    });

    it('gives each of several filters its own events, whole and in order, while many writers commit', async () => {
      const prefixes = ['batch-', 'person-', 'shipment-'];
      const perPrefix = 6 * 10 * 3;
      const filters = [...prefixes.map((prefix) => [prefix]), ['batch-', 'person-']];
      const subscribers = filters.map((streamPrefixes) =>
        until((events) => events.length >= perPrefix * streamPrefixes.length, { streamPrefixes }),
      );
      await Promise.all(prefixes.map((prefix) => writeConcurrently(subject.store, { writers: 6, appends: 10, prefix })));
      const log = await collect(subject.store.readAll());
      const seen = await Promise.all(subscribers);
      filters.forEach((streamPrefixes, i) => {
        const wanted = log.filter(({ stream }) => streamPrefixes.some((prefix) => stream.startsWith(prefix)));
        expect(places(seen[i]!)).toEqual(places(wanted));
      });
    });

    it('loses nothing when it is left and resumed again and again while many writers commit', async () => {
      const total = 12 * 15 * 3;
      const writing = writeConcurrently(subject.store, { writers: 12, appends: 15 });
      const seen: StoredEvent[] = [];
      let after: Position | undefined;
      while (seen.length < total) {
        for await (const batch of subject.store.subscribe({ after })) {
          seen.push(...batch.events);
          after = batch.position;
          if (batch.events.length > 0) break;
        }
      }
      await writing;
      expect(places(seen)).toEqual(places(await collect(subject.store.readAll())));
    });

    it('delivers only streams that begin with the prefixes asked for', async () => {
      const names = ['batch-a', 'batch_a', 'batch-b', 'person-a', 'shipment-a', 'xbatch-a', 'Batch-a'].map((name) =>
        newStream(`${name}-`),
      );
      for (const name of names) await subject.store.append(name, 'none', newEvents(2));
      const head = await subject.store.headPosition();
      const reached = (_: unknown, batch: Batch) => comparePositions(batch.position, head!) >= 0;
      const streamsOf = async (streamPrefixes: string[]) => [
        ...new Set((await until(reached, { streamPrefixes })).map((event) => event.stream.replace(/-[0-9a-f-]{36}$/, ''))),
      ];
      expect(await streamsOf(['batch-'])).toEqual(['batch-a', 'batch-b']);
      expect(await streamsOf(['batch_', 'shipment-'])).toEqual(['batch_a', 'shipment-a']);
      expect(await streamsOf(['batch-a', 'batch-'])).toEqual(['batch-a', 'batch-b']);
      expect(await streamsOf(['%'])).toEqual([]);
      expect(await streamsOf([])).toEqual(['batch-a', 'batch_a', 'batch-b', 'person-a', 'shipment-a', 'xbatch-a', 'Batch-a']);
    });

    it('delivers only events whose type begins as asked for, of the streams asked for', async () => {
      const types = ['batch.opened.v1', 'batch.opened.v2', 'batch.opened-late.v1', 'batch.split.v1', 'donation.opened.v1'];
      for (const name of ['batch-', 'person-']) {
        await subject.store.append(
          newStream(name),
          'none',
          types.map((type) => newEvent({ type })),
        );
      }
      const head = await subject.store.headPosition();
      const typesOf = async (options: SubscribeOptions) =>
        (await until((_, batch) => comparePositions(batch.position, head!) >= 0, options)).map(({ type }) => type);
      const streamPrefixes = ['batch-'];
      expect(await typesOf({ streamPrefixes, typePrefixes: ['batch.opened.'] })).toEqual(types.slice(0, 2));
      expect(await typesOf({ streamPrefixes, typePrefixes: ['batch.split.', 'donation.'] })).toEqual(types.slice(3));
      expect(await typesOf({ typePrefixes: ['batch.opened-'] })).toEqual([types[2], types[2]]);
      expect(await typesOf({ typePrefixes: ['%'] })).toEqual([]);
    });

    it('delivers of the types that are named only what mentions the text, and all other types', async () => {
      const used = (body: string) => newEvent({ type: 'batch.material-used.v1', body: Buffer.from(body) });
      const [naming, silent] = ['{"data":{"material":"0192"}}', '{"data":{}}'];
      const split = newEvent({ type: 'batch.split.v1', body: Buffer.from('{}') });
      await subject.store.append(newStream(), 'none', [used(silent), used(naming), split, used(silent)]);
      const head = await subject.store.headPosition();
      const mentioning = { typePrefixes: ['batch.material-used.', 'batch.passaged.'], text: '"material":"' };
      const typePrefixes = ['batch.material-used.', 'batch.split.'];
      const delivered = await until((_, batch) => comparePositions(batch.position, head!) >= 0, { typePrefixes, mentioning });
      expect(delivered.map(({ body }) => Buffer.from(body).toString())).toEqual([naming, '{}']);
    });

    it('moves its position past events that the filter keeps back, when catching up and live', async () => {
      await subject.store.append(newStream('person-'), 'none', newEvents(50));
      const before = await subject.store.headPosition();
      const live = newStream('person-');
      let appended: Position | undefined;
      const delivered: StoredEvent[] = [];
      for await (const batch of subject.store.subscribe({ streamPrefixes: ['batch-'] })) {
        delivered.push(...batch.events);
        if (appended === undefined && comparePositions(batch.position, before!) >= 0) {
          appended = (await subject.store.append(live, 'none', [newEvent()])).positions[0]!;
        }
        if (appended !== undefined && comparePositions(batch.position, appended) >= 0) break;
      }
      expect(delivered).toEqual([]);
    });

    it('ends without an error when its signal is raised while it waits', async () => {
      await subject.store.append(newStream(), 'none', newEvents(2));
      const cancel = new AbortController();
      const seen: StoredEvent[] = [];
      for await (const batch of subject.store.subscribe({ signal: cancel.signal })) {
        seen.push(...batch.events);
        if (batch.caughtUp) setTimeout(() => cancel.abort(), 10);
      }
      expect(seen).toHaveLength(2);
    });

    it('ends without an error when its signal is raised in the middle of catching up', async () => {
      for (let i = 0; i < 3; i++) await subject.store.append(newStream(), 'none', newEvents(14, { bodyBytes: 65_000 }));
      const cancel = new AbortController();
      let batches = 0;
      for await (const batch of subject.store.subscribe({ signal: cancel.signal })) {
        if (batch.events.length > 0) batches++;
        cancel.abort();
      }
      expect(batches).toBeLessThanOrEqual(1);
    });

    it('ends at once when its signal was raised before', async () => {
      await subject.store.append(newStream(), 'none', newEvents(2));
      expect(await until(() => false, { signal: AbortSignal.abort() })).toEqual([]);
    });

    it('can be left at any time, without hindering the others', async () => {
      const stream = newStream();
      await subject.store.append(stream, 'none', newEvents(3));
      const staying = until((events) => events.length >= 6);
      for (let i = 0; i < 20; i++) await until(() => true);
      await subject.store.append(stream, 2, newEvents(3));
      expect(await staying).toHaveLength(6);
    });

    it('gives a slow reader everything, in order, in batches of at most 1 MiB', async () => {
      const stream = newStream();
      const seen: number[] = [];
      const reading = (async () => {
        for await (const batch of subject.store.subscribe()) {
          const bytes = batch.events.reduce((sum, event) => sum + event.header.byteLength + event.body.byteLength, 0);
          expect(bytes).toBeLessThanOrEqual(1024 * 1024);
          seen.push(...batch.events.map((event) => event.revision));
          if (seen.length >= 140) return;
          await delay(10);
        }
      })();
      for (let i = 0; i < 10; i++)
        await subject.store.append(stream, i === 0 ? 'none' : i * 14 - 1, newEvents(14, { bodyBytes: 30_000 }));
      await reading;
      expect(seen).toEqual(Array.from({ length: 140 }, (_, i) => i));
    });
  });
}
