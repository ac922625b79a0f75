import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Row, RowIds } from './row-id.ts';

const row = (over: Partial<Row> = {}): Row => ({
  type: 'person.registered.v1',
  stream: 'person-donor-0001',
  occurredAt: '2026-11-21T10:00:00+08:00',
  capture: { mode: 'import', precision: 's' },
  data: { role: 'donor' },
  ...over,
});

const idsOf = (rows: readonly Row[]) => {
  const ids = new RowIds();
  return rows.map((each) => ids.idOf(each));
};

const anyRow = fc
  .record({ role: fc.constantFrom('a', 'b'), stream: fc.constantFrom('person-a', 'person-b') })
  .map(({ role, stream }) => row({ stream, data: { role } }));

describe('the id of a row that brings none', () => {
  it('is a UUIDv7 whose time is that of what happened', () => {
    const [id] = idsOf([row()]);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id!.slice(0, 8) + id!.slice(9, 13), 16)).toBe(Date.parse('2026-11-21T10:00:00+08:00'));
  });

  it('begins with zeros where the time is unknown or cannot be read', () => {
    expect(idsOf([row({ occurredAt: null }), row({ occurredAt: 'yesterday' })]).map((id) => id.slice(0, 13))).toEqual([
      '00000000-0000',
      '00000000-0000',
    ]);
  });

  it('is the same at the next import, whatever lines were added between', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 20 }), fc.integer({ min: 0, max: 20 }), (rows, at) => {
        const other = row({ data: { role: 'new' } });
        const again = idsOf([...rows.slice(0, at), other, ...rows.slice(at)]);
        expect(again.filter((id) => id !== idsOf([other])[0])).toEqual(idsOf(rows));
      }),
    );
  });

  it('differs for each row, also where rows are equal', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 50 }), (rows) => {
        expect(new Set(idsOf(rows)).size).toBe(rows.length);
      }),
    );
  });

  it('does not depend on the order of members', () => {
    expect(idsOf([row({ data: { a: 1, b: 2 } })])).toEqual(idsOf([row({ data: { b: 2, a: 1 } })]));
  });
});
