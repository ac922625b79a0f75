import type { Recorded } from '@cytoledger/domain';
import type { Projection } from './projecting/projection.ts';
import type { Rows } from './rows/rows.ts';
import { table } from './rows/table.ts';

export const things = table('things', { name: 'text', count: 'integer', other: 'stream' }, [['name']]);

/** Each count as it was told. */
export const tallies = table('tallies', { thing: 'text', count: 'integer' }, [], { writtenOnce: true });

/** A small model: named things with a count; anything it does not know it cannot read. */
export const counting: Projection = {
  name: 'counting',
  version: 1,
  tables: [things, tallies],
  upcast: (type, data) => (type === 'batch.counted-old.v1' ? { type: 'batch.counted.v1', data: renamed(data) } : { type, data }),
  project: ({ id, type, data }: Recorded, rows: Rows) => {
    const { thing, count, other } = data as { thing: string; count?: number; other?: string };
    if (type === 'batch.named.v1') rows.put(things, thing, { name: thing, count: 0, other: other ?? null });
    else if (type === 'batch.counted.v1') {
      rows.change(things, thing, { count: (rows.get(things, thing)?.count ?? 0) + count! });
      rows.put(tallies, id, { thing, count: count! });
    } else if (type === 'batch.ended.v1') rows.remove(things, thing);
    else if (type === 'batch.unreadable.v1') throw new TypeError('this model cannot read it');
  },
};

function renamed(data: unknown): unknown {
  const { what, number } = data as { what: string; number: number };
  return { thing: what, count: number };
}
