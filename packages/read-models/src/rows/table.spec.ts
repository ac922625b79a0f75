import { describe, expect, it } from 'vitest';
import { type Columns, table } from './table.ts';

describe('a table', () => {
  it('completes a row with null, in the order of its columns', () => {
    const { code } = table('things', { name: 'text', count: 'integer', other: 'stream' });
    expect(Object.entries(code.completed({ count: 2, name: undefined }))).toEqual([
      ['name', null],
      ['count', 2],
      ['other', null],
    ]);
  });

  it.each([
    ['a table that is not named as one', 'things; --', { name: 'text' }],
    ['a column that is not named as one', 'things', { 'name, x': 'text' }],
    ['a column that every table has', 'things', { began: 'integer' }],
    [
      'more columns than a whole number can tell of',
      'things',
      Object.fromEntries(Array.from({ length: 53 }, (_, n) => [`c${n}`, 'text'])),
    ],
  ] as const)('is refused with %s', (_, name, columns) => {
    expect(() => table(name, columns as Columns)).toThrow(TypeError);
  });

  it('is refused with an index over a column that it does not have', () => {
    expect(() => table('things', { name: 'text' }, [['other']])).toThrow('unknown column');
  });
});
