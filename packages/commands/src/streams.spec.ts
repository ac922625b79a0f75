import { batches } from '@cytoledger/domain';
import type { EventStore, StoredEvent } from '@cytoledger/event-store';
import { describe, expect, it } from 'vitest';
import { RecordingClock } from './clock.ts';
import { advance, emptyFold, readRecorded } from './folded.ts';
import { Streams } from './streams.ts';

const MIB = 1024 * 1024;

const fold = (id: string, bytes: number) => {
  const made = emptyFold(batches.batch as never, id, `batch-${id}`);
  made.bytes = bytes;
  return made;
};

const streamsOf = (maxBytes: number) => new Streams({} as EventStore, new RecordingClock(), maxBytes);

describe('folded states in memory', () => {
  it('are let go when the others have grown since they were first kept', () => {
    const streams = streamsOf(MIB);
    const grown = ['a', 'b', 'c', 'd'].map((id) => fold(id, 100));
    for (const one of grown) streams.keep(one);
    for (const one of grown) {
      one.bytes = 400 * 1024;
      streams.keep(one);
    }
    expect(grown.map(({ stream }) => streams.peek(stream) !== undefined)).toEqual([false, false, true, true]);
  });

  it('keep a stream that is larger than the whole budget, and one beside it', () => {
    const streams = streamsOf(MIB);
    const long = fold('long', 100 * MIB);
    streams.keep(long);
    streams.keep(fold('other', 100));
    expect(streams.peek(long.stream)).toBe(long);
    expect(streams.peek('batch-other')).toBeDefined();
  });
});

// A store that does not check the basis is read while the stream's own queue decides, appends and fails on the same state: what a read brings back
// must neither be counted twice nor keep alive what was not stored.
describe('a state that changes while what is newer is read', () => {
  const stored = (revision: number): StoredEvent => {
    const id = `0192f5c4-0000-7000-8000-00000000000${revision}`;
    const json = (value: object) => Buffer.from(JSON.stringify(value));
    const content = { id, type: 'batch.noted.v1', occurredAt: null, capture: { mode: 'direct', precision: 's' }, data: {} };
    return {
      ...{ id, type: 'batch.noted.v1', stream: 'batch-a', revision, position: String(revision) },
      header: json({ recordedAt: '2026-11-21T08:00:00.000Z' }),
      body: json({ actor: { org: 'lab-a', person: null, role: 'lab.operator', client: null }, causation: null, content }),
    } as unknown as StoredEvent;
  };

  function reading(events: readonly StoredEvent[]) {
    const arrived = Promise.withResolvers<void>();
    const readStream = async function* (_: string, { from }: { from: number }) {
      await arrived.promise;
      yield events.filter(({ revision }) => revision >= from);
    };
    const streams = new Streams({ readStream } as unknown as EventStore, new RecordingClock(), MIB);
    const held = fold('a', 0);
    streams.keep(held);
    return { streams, held, read: streams.refresh(batches.batch as never, 'a'), arrive: arrived.resolve };
  }

  it('takes an event once that the queue has taken meanwhile', async () => {
    const { held, read, arrive } = reading([stored(0), stored(1)]);
    advance(held, readRecorded(stored(0)), stored(0));
    const { bytes } = held;
    arrive();
    expect(await read).toMatchObject({ bytes: 2 * bytes, head: { seq: 1 } });
  });

  it('is not kept, nor given to anybody, where what was folded in was not stored in the end', async () => {
    const { streams, held, read, arrive } = reading([stored(0)]);
    advance(held, { ...readRecorded(stored(0)), id: 'never-stored' }, stored(0));
    streams.spoil(held);
    arrive();
    const found = await read;
    expect(found.spoiled).toBe(false);
    expect([...found.ids.keys()]).toEqual([stored(0).id]);
    expect(streams.peek('batch-a')).toBe(found);
  });
});
