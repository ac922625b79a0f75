import { expect, it } from 'vitest';
import { tableText } from './table.ts';

it('lines up columns, Chinese ones too', () => {
  expect(
    tableText(
      ['单元', 'Site'],
      [
        ['U1', '甲医院'],
        ['Unit-22', 'B'],
      ],
    ),
  ).toBe(['单元     Site', '-------  ------', 'U1       甲医院', 'Unit-22  B'].join('\n'));
});
