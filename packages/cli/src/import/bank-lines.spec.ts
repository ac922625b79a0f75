import { checkLine } from '@cytoledger/client';
import { describe, expect, it } from 'vitest';
import { bankLines } from './bank-lines.ts';
import type { BankRow } from './bank-register.ts';

const PRODUCT = '0192f5c4-0000-7000-8000-0000000000a0';
const about = {
  site: 'lab-a',
  product: { id: PRODUCT, specification: 1 },
  autologous: false,
  source: { kind: 'binder', name: 'MCB binder 3' },
  declared: [],
  gaps: [{ about: 'materials', reason: 'lost' }],
  verifiers: ['staff-0021', 'staff-0022'],
};
const row = (n: number, over: Partial<BankRow> = {}): BankRow => ({
  line: n + 1,
  lot: 'MCB-1',
  unit: `MCB-1-${n}`,
  kind: 'vial',
  passage: 3,
  frozen: { occurredAt: '2019-03-12T00:00:00+08:00', precision: 'day' },
  cells: { value: '500', unit: '10*4.{cells}', asEntered: '500万' },
  place: { tank: 'T1', rack: 'R1', box: 'B1', slot: `${n}` },
  ...over,
});
const rows = (count: number, over: (n: number) => Partial<BankRow> = () => ({})) =>
  Array.from({ length: count }, (_, n) => row(n + 1, over(n + 1)));
const typesOf = (lines: readonly { readonly text: string }[]) =>
  lines.map(({ text }) => (JSON.parse(text) as { type: string }).type);

describe('the events of a register', () => {
  it('are the import, the units, their freezing and their places, each as the platform takes it', () => {
    const lines = bankLines(rows(3), about);
    expect(typesOf(lines)).toEqual([
      'batch.legacy-imported.v1',
      'batch.split.v1',
      'batch.unit-cryopreserved.v1',
      'batch.unit-stored.v2',
    ]);
    expect(lines.flatMap(({ text }) => checkLine(JSON.parse(text)))).toEqual([]);
  });

  it('stay below the limit of one event, however large the bank is', () => {
    const lines = bankLines(rows(1000), about);
    expect(Math.max(...lines.map(({ text }) => Buffer.byteLength(text)))).toBeLessThan(65_535);
    expect(lines.flatMap(({ text }) => checkLine(JSON.parse(text)))).toEqual([]);
  });

  it('are the same for the same register, and keep the ids of units when rows are added', () => {
    const before = bankLines(rows(2), about);
    expect(bankLines(rows(2), about)).toEqual(before);
    const unitsOf = (lines: typeof before) =>
      lines
        .flatMap(({ text }) => (JSON.parse(text) as { data: { units?: { id: string }[] } }).data.units ?? [])
        .map(({ id }) => id);
    expect(unitsOf(bankLines(rows(3), about)).slice(0, 2)).toEqual(unitsOf(before));
  });

  it('make a record of each lot, with what is said of that lot alone', () => {
    const lots = { 'MCB-2': { gaps: [] } };
    const lines = bankLines([...rows(1), row(9, { lot: 'MCB-2' })], { ...about, lots });
    const imports = lines.map(({ text }) => JSON.parse(text)).filter(({ type }) => type.includes('legacy'));
    expect(new Set(imports.map(({ stream }) => stream)).size).toBe(2);
    expect(imports.map(({ data }) => data.gaps.length)).toEqual([1, 0]);
  });

  it('say of dates and places only what the register says', () => {
    const lines = bankLines([row(1, { frozen: null, place: {}, cells: null, passage: null })], about);
    expect(typesOf(lines)).not.toContain('batch.unit-stored.v2');
    expect(JSON.parse(lines[0]!.text)).toMatchObject({ occurredAt: null, capture: { precision: 'unknown' } });
  });
});
