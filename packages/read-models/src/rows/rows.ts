import type { Columns, RowOf, Table } from './table.ts';

/**
 * The rows that one stream holds now. A projection changes them and nothing else: what a stream's rows are follows from that stream's
 * effective events alone, so that a correction is a fold from its beginning, and what the correction changed ends and begins with it.
 */
export interface Rows {
  get<C extends Columns>(table: Table<C>, key: string): RowOf<C> | undefined;
  /** All rows of the stream in this table, with their keys. */
  all<C extends Columns>(table: Table<C>): [key: string, row: RowOf<C>][];
  /** Columns left out are null. */
  put<C extends Columns>(table: Table<C>, key: string, row: Partial<RowOf<C>>): void;
  /** Changes some columns of a row that is there, and says whether one was. */
  change<C extends Columns>(table: Table<C>, key: string, columns: Partial<RowOf<C>>): boolean;
  remove(table: Table<Columns>, key: string): void;
}

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

export function sameRow(table: Table<Columns>, a: Row, b: Row): boolean {
  for (const column of table.columnNames) if (a[column] !== b[column]) return false;
  return true;
}
