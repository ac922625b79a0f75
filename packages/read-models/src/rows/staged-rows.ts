import type { Row, Rows } from './rows.ts';
import type { Columns, RowOf, Table } from './table.ts';

/** Rows in memory only: what a stream would hold if its events were these. */
export class StagedRows implements Rows {
  readonly tables = new Map<Table<Columns>, Map<string, Row>>();

  get<C extends Columns>(table: Table<C>, key: string): RowOf<C> | undefined {
    return this.tables.get(table as unknown as Table)?.get(key) as RowOf<C> | undefined;
  }

  all<C extends Columns>(table: Table<C>): [key: string, row: RowOf<C>][] {
    return [...(this.tables.get(table as unknown as Table) ?? [])] as [string, Row][] as [string, RowOf<C>][];
  }

  put<C extends Columns>(table: Table<C>, key: string, row: Partial<RowOf<C>>): void {
    const plain = table as unknown as Table;
    const rows = this.tables.get(plain) ?? new Map<string, Row>();
    this.tables.set(plain, rows);
    rows.set(key, plain.code.completed(row));
  }

  change<C extends Columns>(table: Table<C>, key: string, columns: Partial<RowOf<C>>): boolean {
    const held = this.get(table, key);
    if (held) this.put(table, key, { ...held, ...columns });
    return held !== undefined;
  }

  remove(table: Table<Columns>, key: string): void {
    this.tables.get(table)?.delete(key);
  }
}
