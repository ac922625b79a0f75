import { describe, expect, it } from 'vitest';
import { cellValue, columnOf, put } from './csv-columns.ts';

describe('a heading', () => {
  it.each([
    ['type', ['type'], 'text'],
    ['data.role', ['data', 'role'], 'text'],
    ['/data/tests/0/marker', ['data', 'tests', '0', 'marker'], 'text'],
    ['/data/a~1b~0c', ['data', 'a/b~c'], 'text'],
    [' data.count:number ', ['data', 'count'], 'number'],
    ['capture.precision', ['capture', 'precision'], 'text'],
  ])('"%s" says where its cells go', (heading, path, kind) => {
    expect(columnOf(heading)).toEqual({ path, kind });
  });

  it.each(['name', 'data..role', 'data.__proto__', 'data.count:integer', ''])('"%s" is refused', (heading) => {
    expect(() => columnOf(heading)).toThrow(expect.objectContaining({ name: 'CliError' }));
  });
});

describe('a cell', () => {
  it('is text unless its column says otherwise, so that no lot number loses its zeros', () => {
    expect(cellValue('00123', 'text')).toBe('00123');
    expect(cellValue('00123', 'number')).toBe(123);
    expect(cellValue('TRUE', 'boolean')).toBe(true);
    expect(cellValue('["a"]', 'json')).toEqual(['a']);
  });

  it.each([
    ['1,5', 'number'],
    ['0x10', 'number'],
    ['yes', 'boolean'],
    ['{', 'json'],
  ] as const)('"%s" is no %s', (cell, kind) => {
    expect(() => cellValue(cell, kind)).toThrow(RangeError);
  });

  it('stands where its path says, in lists too', () => {
    const tree = {};
    put(tree, ['data', 'tests', '0', 'marker'], 'hbsag');
    put(tree, ['data', 'tests', '1', 'marker'], 'syphilis');
    put(tree, ['data', 'risk'], 'none');
    expect(tree).toEqual({ data: { tests: [{ marker: 'hbsag' }, { marker: 'syphilis' }], risk: 'none' } });
  });
});
