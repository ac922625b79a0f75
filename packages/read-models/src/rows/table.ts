import { type RowCode, rowCode } from './row-code.ts';

/** `stream`: the name of a stream, kept as a small number so that graphs are walked over integers. */
export type ColumnType = 'text' | 'integer' | 'real' | 'stream';
export type Columns = Readonly<Record<string, ColumnType>>;

type ValueOf<T extends ColumnType> = T extends 'integer' | 'real' ? number | null : string | null;
export type RowOf<C extends Columns> = { readonly [K in keyof C]: ValueOf<C[K]> };

/**
 * A table of a read model. Every row belongs to the stream whose events made it, has a `key` of its own within stream and table, and
 * holds over the log entries `began` ≤ e < `ended`.
 */
export type Table<C extends Columns = Columns> = {
  readonly name: string;
  readonly columns: C;
  readonly columnNames: readonly string[];
  /** For queries; each a list of columns, of which `key` and `stream` (the owner) may be some. */
  readonly indexes: readonly (readonly string[])[];
  /** Each row is put once, under a key that only its own event has, and never looked at, changed or removed by the projection. */
  readonly writtenOnce: boolean;
  readonly code: RowCode;
};

/** Of every table. */
export const COMMON_COLUMNS = ['row', 'stream', 'key', 'began', 'ended'] as const;
/** Of columns and tables: they stand in SQL and in code as they are. */
const NAME = /^[a-z][a-z0-9_]*$/;
/** So that a whole number can tell which of them are null. */
const MOST_COLUMNS = 52;

/**
 * @param options `writtenOnce`: see {@link Table}; such a table costs half as much, since nothing is looked up before a row is written
 * @throws TypeError for a name that is none, a column that every table has, more than 52 columns, or an index over an unknown one.
 */
export function table<const C extends Columns>(
  name: string,
  columns: C,
  indexes: readonly (readonly string[])[] = [],
  { writtenOnce = false }: { readonly writtenOnce?: boolean } = {},
): Table<C> {
  const columnNames = Object.keys(columns);
  const unnameable = [name, ...columnNames].find((each) => !NAME.test(each));
  if (unnameable !== undefined) throw new TypeError(`table ${name}: "${unnameable}" is not a name`);
  const clash = columnNames.find(isCommon);
  if (clash) throw new TypeError(`table ${name}: every table has "${clash}" already`);
  if (columnNames.length > MOST_COLUMNS) throw new TypeError(`table ${name}: more than ${MOST_COLUMNS} columns`);
  const unknown = indexes.flat().find((column) => !columnNames.includes(column) && !isCommon(column));
  if (unknown) throw new TypeError(`table ${name}: index over unknown column "${unknown}"`);
  return { name, columns, columnNames, indexes, writtenOnce, code: rowCode(columnNames) };
}

function isCommon(column: string): boolean {
  return (COMMON_COLUMNS as readonly string[]).includes(column);
}

/** `ended` of a row that still holds: the greatest integer that JavaScript and SQLite both know exactly. */
export const STILL = Number.MAX_SAFE_INTEGER;

/** What the projector itself needs; it stands from the beginning. */
export function tableSchema({ name, columns, writtenOnce }: Table): string {
  const own = Object.entries(columns).map(([column, type]) => `${column} ${SQL_TYPES[type]}`);
  return `
    CREATE TABLE ${name} (
      row INTEGER PRIMARY KEY,
      stream INTEGER NOT NULL,
      key TEXT NOT NULL,
      began INTEGER NOT NULL,
      ended INTEGER NOT NULL,
      ${own.join(',\n      ')}
    ) STRICT;
    CREATE INDEX ${name}_by_stream ON ${name} (${writtenOnce ? 'stream' : 'stream, key'});`;
}

/**
 * What only queries need: made after the first catch-up, since an index is built faster than it is maintained. Rows in which the first of the table's
 * own columns is null are left out; a query that asks by that column, or for those in which it is not null, needs no more.
 */
export function queryIndexes({ name, indexes, columns: own }: Table): string[] {
  return indexes.map((columns) => {
    const first = columns.find((column) => column in own);
    const present = first === undefined ? '' : ` WHERE ${first} IS NOT NULL`;
    return `CREATE INDEX IF NOT EXISTS ${name}_by_${columns.join('_')} ON ${name} (${columns.join(', ')})${present}`;
  });
}

const SQL_TYPES: Readonly<Record<ColumnType, string>> = { text: 'TEXT', integer: 'INTEGER', real: 'REAL', stream: 'INTEGER' };
