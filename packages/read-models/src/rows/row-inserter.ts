import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Names } from './names.ts';
import type { Row, Value } from './rows.ts';
import { COMMON_COLUMNS, type Table } from './table.ts';

/** Most rows fill a few of their columns only, and always the same few: so many shapes have a statement of their own. */
const KEPT_SHAPES = 64;

export type RowToInsert = {
  readonly row: number;
  readonly stream: number;
  readonly key: string;
  readonly began: number;
  readonly ended: number;
  readonly values: Row;
};

/** Inserts rows of one table. What is null is not bound at all: a third of the cost of a row with many columns. */
export class RowInserter {
  readonly #db: DatabaseSync;
  readonly #table: Table;
  readonly #names: Names;
  readonly #isStream: readonly boolean[];
  /** By the sum of 2^n over the columns that are not null. */
  readonly #statements = new Map<number, StatementSync>();

  /** `streams` numbers the streams that columns name. */
  constructor(db: DatabaseSync, table: Table, streams: Names) {
    this.#db = db;
    this.#table = table;
    this.#names = streams;
    this.#isStream = table.columnNames.map((column) => table.columns[column] === 'stream');
  }

  insert({ row, stream, key, began, ended, values }: RowToInsert): void {
    const { columnNames } = this.#table;
    const bound: Value[] = [row, stream, key, began, ended];
    let shape = 0;
    for (let i = 0, bit = 1; i < columnNames.length; i++, bit *= 2) {
      const value = values[columnNames[i]!];
      if (value === null || value === undefined) continue;
      bound.push(this.#isStream[i] ? this.#names.number(String(value)) : value);
      shape += bit;
    }
    const statement = this.#statements.get(shape) ?? this.#prepare(shape, values);
    statement.run(...bound);
  }

  #prepare(shape: number, values: Row): StatementSync {
    const { name, columnNames } = this.#table;
    const columns = [...COMMON_COLUMNS, ...columnNames.filter((column) => (values[column] ?? null) !== null)];
    const statement = this.#db.prepare(
      `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    if (this.#statements.size >= KEPT_SHAPES) this.#statements.clear();
    this.#statements.set(shape, statement);
    return statement;
  }
}
