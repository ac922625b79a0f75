import { sha256 } from '@cytoledger/attest';
import { describe, expect, it } from 'vitest';
import { HeadTable } from './head-table.ts';

/** More than the table begins with, and more than it remembers the places of. */
const STREAMS = 40_000;

describe('a table of heads', () => {
  it('has of each stream the newest entry, also when it has grown', () => {
    const table = new HeadTable();
    const leaves = sha256('first leaf');
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < STREAMS; n++) {
        table.find(`stream-${n}`);
        expect(table.isNew).toBe(round === 0);
        if (round === 1 && (table.seq !== n || table.recordedAt !== 7 + n || !table.leafIs(leaves, n % 16)))
          throw new Error(`stream-${n} has another head`);
        table.put(n + round, leaves, (n + round) % 16, 7 + n);
      }
    }

    expect(table.streams).toBe(STREAMS);
    table.find('stream-5');
    expect([table.seq, table.leafIs(leaves, 6), table.leafIs(leaves, 5)]).toEqual([6, true, false]);
  });

  it('takes any time to be after those of a stream without entries', () => {
    const table = new HeadTable();
    table.find('stream');

    expect(table.recordedAt).toBe(Number.NEGATIVE_INFINITY);
  });
});
