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

  const placed = async (heading: string, cells: string) => {
    const { rows, faults } = await read(`lot,${heading}\nMCB-1,${cells}\n`);
    return rows[0]?.place ?? faults[0]!.message;
  };

  it.each([
    ['A-1-2-3', { tank: 'A', rack: '1', box: '2', slot: '3' }],
    ['LN2-01-1-2-3', { tank: 'LN2-01', rack: '1', box: '2', slot: '3' }],
    ['A-03-LN2 / R1 / B2 / 05', { tank: 'A-03-LN2', rack: 'R1', box: 'B2', slot: '05' }],
    ['LN2-01/R1-B2-05', { tank: 'LN2-01', rack: 'R1', box: 'B2', slot: '05' }],
    ['液氮罐-2–1–2–3', { tank: '液氮罐-2', rack: '1', box: '2', slot: '3' }],
  ])('reads the position %s: what stands before rack, box and slot is the tank, with its hyphens', async (position, place) => {
    expect(await placed('position', position)).toEqual(place);
  });

  it.each([
    ['LN2-01-R1-B2-05', { tank: 'LN2-01', rack: 'R1', box: 'B2', slot: '05' }],
    ['R1-B2-05', { tank: 'LN2-01', rack: 'R1', box: 'B2', slot: '05' }],
  ])('with a column for the tank too reads %s in that tank', async (position, place) => {
    expect(await placed('tank,position', `LN2-01,${position}`)).toEqual(place);
  });

  it.each(['1-2-3', 'A--1-2-3', '-1-2-3', 'A-1--3', 'A-1-2-', 'A'])('finds no position in %s', async (position) => {
    expect(await placed('position', position)).toBe(`"${position}" is no position tank-rack-box-slot`);
  });

  it('does not choose where a position and a column contradict each other', async () => {
    expect(await placed('tank,position', 'LN2-01,LN2-01-R1-B2')).toBe(
      '"LN2-01-R1-B2" is not in tank "LN2-01", as its own column says',
    );
    expect(await placed('position,slot', 'A-1-2-3,4')).toBe('"A-1-2-3" is not in slot "4", as its own column says');
  });
});
