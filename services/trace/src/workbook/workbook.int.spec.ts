import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { readWorkbook } from '../specification/read-workbook.ts';
import { columnLetters, MAX_CELL_TEXT } from './cell-xml.ts';
import { type Sheet, workbook } from './workbook.ts';

const AT = new Date('2026-11-21T08:00:00Z');
const sheet = (rows: Sheet['rows'], name = 'Answer'): Sheet => ({ name, headings: ['a', 'b', 'c'], rows });
const read = async (rows: Sheet['rows']) => (await readWorkbook(workbook([sheet(rows)], AT)))['Answer']!.slice(1);

describe('a workbook, read by another program', () => {
  it('keeps identifiers as they are printed: no number, date or power of ten is made of them', async () => {
    const printed = ['000123', '1E5', '2026-11-21', '3-4', 'G1234 17 654321 70', 'TRUE', '12345678901234567890'];
    expect(await read(printed.map((each) => [each]))).toEqual(printed.map((each) => [['inlineStr', each]]));
  });

  it('holds no formula, whatever a text begins with', async () => {
    const texts = ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=1', '＝1'];
    expect(await read(texts.map((each) => [each]))).toEqual(texts.map((each) => [['inlineStr', each]]));
  });

  it('keeps numbers, truth and nothing as such', async () => {
    expect(await read([[1.5, true, 'x'], [null, false, ''], [Number.NaN]])).toEqual([
      [
        ['n', '1.5'],
        ['b', '1'],
        ['inlineStr', 'x'],
      ],
      [null, ['b', '0']],
      [['inlineStr', 'NaN']],
    ]);
  });

  it('gives back every character, also those that XML cannot hold', async () => {
    const texts = ['<&>"\'', '  spaces  ', 'a\r\nb\tc', '\u0000\u0008\u001f\uffff', '_x0041_', '脐带 🧫'];
    expect((await read(texts.map((each) => [each]))).map(([cell]) => cell![1])).toEqual(texts);
    expect((await read([['lone \ud800 surrogate']]))[0]![0]![1]).toBe('lone \ufffd surrogate');
  });

  it('cuts a text to what a cell holds', async () => {
    expect((await read([['x'.repeat(MAX_CELL_TEXT + 1)]]))[0]![0]![1]).toHaveLength(MAX_CELL_TEXT);
  });

  it('has the sheets in order, under names that Excel takes', async () => {
    const names = ['Answer', 'A/B: [1]', 'x'.repeat(40)];
    const found = await readWorkbook(
      workbook(
        names.map((name) => sheet([], name)),
        AT,
      ),
    );
    expect(Object.keys(found)).toEqual(['Answer', 'A B   1 ', 'x'.repeat(31)]);
    expect(found['Answer']).toEqual([
      [
        ['inlineStr', 'a'],
        ['inlineStr', 'b'],
        ['inlineStr', 'c'],
      ],
    ]);
  });
});

describe('a workbook', () => {
  it('has the same bytes for the same rows', async () => {
    const made = () => buffer(workbook([sheet([['x', 1, true]])], AT));
    expect(await made()).toEqual(await made());
  });

  it('asks for rows as they are read, not before', async () => {
    let asked = 0;
    function* rows() {
      for (; asked < 200_000; asked++) yield [`value ${asked}`, 'the same', Math.sin(asked)];
    }
    const stream = workbook([sheet(rows())], AT);
    await stream[Symbol.asyncIterator]().next();
    expect(asked).toBeLessThan(100_000);
    stream.destroy();
  });

  it('fails loudly where the rows do', async () => {
    function* rows() {
      yield ['x'];
      throw new Error('the row could not be read');
    }
    await expect(buffer(workbook([sheet(rows())], AT))).rejects.toThrow('the row could not be read');
  });
});

describe('the letters of columns', () => {
  it('count as Excel does', () => {
    expect([0, 25, 26, 51, 52, 701, 702, 16_383].map(columnLetters)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA', 'XFD']);
  });
});
