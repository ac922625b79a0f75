import { describe, expect, it } from 'vitest';
import { StreamIds } from './stream-ids.ts';

const events = (from: number, ...ids: string[]) => ids.map((id, i) => ({ id, revision: from + i }));

describe('the ids of a stream', () => {
  it('are known up to the newest that was learnt without a gap', () => {
    const ids = new StreamIds();
    expect(ids.known('a')).toBe(-1);
    ids.learn('a', events(0, 'x', 'y'));
    ids.learn('a', events(3, 'w'));
    expect(ids.known('a')).toBe(1);
    expect(ids.revisionOf('a', 'y')).toBe(1);
    expect(ids.revisionOf('a', 'w')).toBeUndefined();
    expect(ids.revisionOf('b', 'x')).toBeUndefined();
  });

  it('may be learnt twice, as by two reads at once', () => {
    const ids = new StreamIds();
    ids.learn('a', events(0, 'x', 'y'));
    ids.learn('a', events(0, 'x', 'y', 'z'));
    expect(ids.known('a')).toBe(2);
  });

  it('keep the first revision of an id that another writer stored twice', () => {
    const ids = new StreamIds();
    ids.learn('a', events(0, 'x', 'x'));
    expect(ids.revisionOf('a', 'x')).toBe(0);
    expect(ids.known('a')).toBe(1);
  });

  it('are forgotten for the streams used longest ago, never for the last one', () => {
    const ids = new StreamIds(3);
    ids.learn('a', events(0, 'a0', 'a1'));
    ids.learn('b', events(0, 'b0', 'b1'));
    expect([ids.known('a'), ids.known('b')]).toEqual([-1, 1]);
    ids.learn('b', events(2, 'b2', 'b3', 'b4'));
    expect(ids.known('b')).toBe(4);
  });
});
