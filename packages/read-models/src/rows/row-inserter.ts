import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { execute } from '../file/execute.ts';
import type { Names } from './names.ts';
import type { Row, Value } from './rows.ts';
import { COMMON_COLUMNS, STILL, type Table } from './table.ts';

/** Most rows fill a few of their columns only, and always the same few: so many shapes have a statement of their own. */
const KEPT_SHAPES = 100;

export type RowToInsert = {
  readonly row: number;
  readonly stream: number;
  readonly key: string;
  readonly began: number;
  readonly ended: number;
  /** With all columns of the table, in their order. */
  readonly values: Row;
};

/** Inserts rows of one table. What is null, or holds still, is not bound at all: that was a third of the cost of a row with many columns. */
export class RowInserter {
  readonly #db: DatabaseSync;
  readonly #table: Table;
  readonly #names: Names;
  readonly #isStream: readonly boolean[];
  /** By the sum of 2^n over what is not said by the statement itself: an end, and the columns that are not null. */
  readonly #statements = new Map<number, StatementSync>();

  /** `streams` numbers the streams that columns name. */
  constructor(db: DatabaseSync, table: Table, streams: Names) {
    this.#db = db;
    this.#table = table;
    this.#names = streams;
    this.#isStream = table.columnNames.map((column) => table.columns[column] === 'stream');
  }

  insert({ row, stream, key, began, ended, values }: RowToInsert): void {
    const bound: Value[] = [row, stream, key, began];
    const holds = ended === STILL;
    if (!holds) bound.push(ended);
    let shape = holds ? 0 : 1;
    let bit = 2;
    let column = 0;
    for (const name in values) {
      const value = values[name]!;
      if (value !== null) {
        bound.push(this.#isStream[column] ? this.#names.number(String(value)) : value);
        shape += bit;
      }
      bit *= 2;
      column++;
    }
    const statement = this.#statements.get(shape) ?? this.#prepare(shape, holds, values);
    execute(statement, ...bound);
  }

  #prepare(shape: number, holds: boolean, values: Row): StatementSync {
    const { name, columnNames } = this.#table;
    const filled = columnNames.filter((column) => values[column] !== null);
    const marks = ['?', '?', '?', '?', holds ? STILL : '?', ...filled.map(() => '?')];
    const statement = this.#db.prepare(
      `INSERT INTO ${name} (${[...COMMON_COLUMNS, ...filled].join(', ')}) VALUES (${marks.join(', ')})`,
    );
    if (this.#statements.size >= KEPT_SHAPES) this.#statements.clear();
    this.#statements.set(shape, statement);
    return statement;
  }
}
