import type { StoredEvent } from '@cytoledger/event-store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTight, TightEntries } from './tight-entries.ts';

const events = (...types: string[]) => types.map((type) => ({ type }) as StoredEvent);
const [TIGHT, OTHER] = ['batch.released.v1', 'batch.passaged.v1'];

describe('entries whose time matters by the second', () => {
  it('are those that are asked for first, and those that take effect by signature', () => {
    expect(['batch.unit-infused.v1', 'recall.initiated.v1', 'material.released.v1', 'person.linked.v1'].every(isTight)).toBe(
      true,
    );
    expect([OTHER, 'shipment.readings-recorded.v1', 'key.enrolled.v1'].some(isTight)).toBe(false);
  });

  it('are known until they are released', () => {
    const tight = new TightEntries();
    tight.see(events(OTHER, TIGHT, TIGHT, OTHER), 0);
    expect([1, 2, 3].map((size) => tight.isBelow(size))).toEqual([false, true, true]);
    tight.released(2);
    expect([2, 3].map((size) => tight.isBelow(size))).toEqual([false, true]);
    tight.released(4);
    expect(tight.isBelow(1000)).toBe(false);
  });

  it('are told for every release as if each were looked at again', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), fc.array(fc.nat(60), { maxLength: 10 }), (log, marks) => {
        const tight = new TightEntries();
        let at = 0;
        let released = 0;
        for (const mark of [...marks, log.length].map((each) => Math.min(each, log.length)).sort((a, b) => a - b)) {
          tight.see(events(...log.slice(at, mark).map((is) => (is ? TIGHT! : OTHER!))), at);
          at = mark;
          const size = Math.max(released, mark - (mark % 3));
          expect(tight.isBelow(size)).toBe(log.slice(released, size).some((is) => is));
          tight.released(size);
          released = size;
        }
      }),
    );
  });
});
