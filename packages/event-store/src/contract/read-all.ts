import { describe, expect, it } from 'vitest';
import { comparePositions, type EventStore, type Position, parsePosition, type StoredEvent } from '../port.ts';
import type { Subject } from './describe-event-store.ts';
import { collect, newEvent, newEvents, newStream, places } from './events.ts';

const MIB = 1024 * 1024;

export function readsTheLog(subject: Subject): void {
  describe('reading the whole log', () => {
    const someLog = async (): Promise<StoredEvent[]> => {
      const streams = Array.from({ length: 4 }, () => newStream());
      for (let round = 0; round < 3; round++) {
        for (const stream of streams) await subject.store.append(stream, round === 0 ? 'none' : round * 2 - 1, newEvents(2));
      }
      return collect(subject.store.readAll());
    };

    it('is empty, without a head, before the first append', async () => {
      expect(await collect(subject.store.readAll())).toEqual([]);
      expect(await subject.store.headPosition()).toBeUndefined();
    });

    it('gives every event once, in the order in which they were acknowledged one after another', async () => {
      const written: string[] = [];
      const [one, other] = [newStream(), newStream('person-')];
      for (let i = 0; i < 10; i++) {
        for (const stream of [one, other]) {
          const event = newEvent();
          await subject.store.append(stream, i === 0 ? 'none' : i - 1, [event]);
          written.push(`${stream}@${i} ${event.id}`);
        }
      }
      expect(places(await collect(subject.store.readAll()))).toEqual(written);
    });

    it('has positions that only rise, survive JSON and are those that the append returned', async () => {
      const stream = newStream();
      const first = await subject.store.append(stream, 'none', newEvents(3));
      const second = await subject.store.append(stream, 2, newEvents(3));
      const log = await collect(subject.store.readAll());
      const positions = log.map((event) => event.position);
      expect(positions).toEqual([...first.positions, ...second.positions]);
      expectRising(log);
      for (const position of positions) expect(parsePosition(JSON.parse(JSON.stringify(position)) as string)).toBe(position);
      expect(await subject.store.headPosition()).toBe(positions.at(-1));
      expect((await collect(subject.store.readStream(stream))).map((event) => event.position)).toEqual(positions);
    });

    it('resumes after any position', async () => {
      const log = await someLog();
      for (let i = 0; i < log.length; i++) {
        const rest = await collect(subject.store.readAll({ after: log[i]!.position }));
        expect(places(rest)).toEqual(places(log.slice(i + 1)));
      }
    });

    it('gives at most as many as were asked for', async () => {
      const log = await someLog();
      expect(places(await collect(subject.store.readAll({ limit: 5 })))).toEqual(places(log.slice(0, 5)));
      expect(places(await collect(subject.store.readAll({ after: log[6]!.position, limit: 4 })))).toEqual(
        places(log.slice(7, 11)),
      );
      expect(await collect(subject.store.readAll({ limit: 0 }))).toEqual([]);
    });

    it('reads in pages of at most 1 MiB', async () => {
      for (let i = 0; i < 3; i++) await subject.store.append(newStream(), 'none', newEvents(14, { bodyBytes: 65_000 }));
      let events = 0;
      for await (const page of subject.store.readAll()) {
        expect(page.reduce((sum, event) => sum + event.header.byteLength + event.body.byteLength, 0)).toBeLessThanOrEqual(MIB);
        events += page.length;
      }
      expect(events).toBe(42);
    });

    it('refuses what is not a position', async () => {
      for (const after of ['-1', 'x', '1.5', '', '0-0-0', '01']) {
        await expect(collect(subject.store.readAll({ after: after as Position }))).rejects.toMatchObject({
          code: 'invalid-position',
        });
      }
    });

    it('stays one total order under concurrent writers, each stream in its own order', async () => {
      const expected = await writeConcurrently(subject.store, { writers: 16, appends: 12 });
      const log = await collect(subject.store.readAll());
      expectRising(log);
      expect(log).toHaveLength(expected.size);
      const byStream = Map.groupBy(log, (event) => event.stream);
      for (const events of byStream.values()) expect(events.map((event) => event.revision)).toEqual(events.map((_, i) => i));
      for (const event of log) expect(comparePositions(event.position, expected.get(event.id)!)).toBe(0);
    });

    it('keeps the events of one append together', async () => {
      await writeConcurrently(subject.store, { writers: 8, appends: 6 });
      const log = await collect(subject.store.readAll());
      for (let i = 0; i < log.length; i += 3) {
        expect(new Set(log.slice(i, i + 3).map((event) => event.stream)).size).toBe(1);
      }
    });

    it('is the same after the log was opened again', async ({ skip }) => {
      if (!subject.reopen) skip('the adapter cannot be reopened here');
      const log = await someLog();
      await subject.reopen?.();
      const again = await collect(subject.store.readAll());
      expect(places(again)).toEqual(places(log));
      expect(again.map((event) => event.position)).toEqual(log.map((event) => event.position));
      await subject.store.append(newStream(), 'none', [newEvent()]);
      expectRising(await collect(subject.store.readAll()));
    });
  });
}

export function expectRising(log: readonly { readonly position: Position }[]): void {
  for (let i = 1; i < log.length; i++) expect(comparePositions(log[i - 1]!.position, log[i]!.position)).toBeLessThan(0);
}

/** Appends of three events by many writers at once, each on a stream of its own; the position of each event by its id. */
export async function writeConcurrently(
  store: EventStore,
  { writers, appends, prefix }: { writers: number; appends: number; prefix?: string },
): Promise<Map<string, Position>> {
  const positions = new Map<string, Position>();
  const write = async () => {
    const stream = newStream(prefix);
    for (let i = 0; i < appends; i++) {
      const events = newEvents(3);
      const appended = await store.append(stream, i === 0 ? 'none' : i * 3 - 1, events);
      events.forEach((event, n) => void positions.set(event.id, appended.positions[n]!));
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  return positions;
}
