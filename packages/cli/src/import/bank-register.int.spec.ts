import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRegister } from './bank-register.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'register-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(text: string) {
  const path = join(folder, 'register.csv');
  await writeFile(path, text);
  return readRegister(path, '+08:00');
}

describe('a bank register', () => {
  it('that says what is not there any more is not taken over as stock', async () => {
    const { rows, faults } = await read('批号,管号,状态\nMCB-1,1,在库\nMCB-1,2,已销毁\nMCB-1,3,\n');
    expect(rows.map(({ unit }) => unit)).toEqual(['1', '3']);
    expect(faults).toEqual([{ line: 3, message: expect.stringContaining('已销毁') }]);
    expect((await read('lot,vial,Status\nMCB-1,1,In stock\nMCB-1,2,used\n')).faults).toHaveLength(1);
  });
});
