import type { Row, Value } from './rows.ts';

type LooseRow = Readonly<Record<string, Value | undefined>>;

export type RowCode = {
  /** A row with all columns of its table, in their order; those left out are null. */
  readonly completed: (row: LooseRow) => Row;
  /** Of a row that is complete. */
  readonly copied: (row: Row) => Record<string, Value>;
};

/**
 * Made for each table as one object literal: the engine then knows the one shape of its rows. A loop over the columns of many tables takes 20
 * times as long (480 ns for a row), a copy by spreading 30 times.
 *
 * @param columns names that are identifiers
 */
export function rowCode(columns: readonly string[]): RowCode {
  const completed = columns.map((column) => `${column}: row.${column} ?? null`);
  const copied = columns.map((column) => `${column}: row.${column}`);
  return {
    completed: new Function('row', `return { ${completed.join(', ')} };`) as RowCode['completed'],
    copied: new Function('row', `return { ${copied.join(', ')} };`) as RowCode['copied'],
  };
}
