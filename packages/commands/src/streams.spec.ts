import { batches } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import { describe, expect, it } from 'vitest';
import { RecordingClock } from './clock.ts';
import { emptyFold } from './folded.ts';
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
