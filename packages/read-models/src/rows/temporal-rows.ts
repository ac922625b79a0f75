import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Names } from './names.ts';
import { completed, type Row, type Rows, sameRow, type Value } from './rows.ts';
import type { StagedRows } from './staged-rows.ts';
import { type Columns, type RowOf, STILL, type Table } from './table.ts';

/** Rows that are kept in memory between commits, so that most changes need no reading. About 0.5 KiB each. */
const KEPT_ROWS = 100_000;

type Version = {
  readonly row: number;
  readonly stream: number;
  readonly key: string;
  readonly began: number;
  ended: number;
  values: Row;
  /** In the file already; otherwise it is written once, at the next {@link TemporalRows.flush}. */
  stored: boolean;
};

type Held = {
  readonly number: number;
  /** All rows of this stream that still hold are in memory: what is not there does not exist. */
  complete: boolean;
  readonly tables: Map<Table, Map<string, Version | null>>;
  rows: number;
};

type Statements = {
  readonly find: StatementSync;
  readonly findAll: StatementSync;
  readonly insert: StatementSync;
  readonly end: StatementSync;
  nextRow: number;
  readonly streamColumns: ReadonlySet<string>;
  /** Filled anew for each insert. */
  readonly bound: Value[];
  readonly begun: Version[];
  readonly ended: Version[];
};

/** Keeps every version of every row, with the log entries over which it held. Changes reach the file at {@link flush}. */
export class TemporalRows implements Rows {
  readonly #statements = new Map<Table, Statements>();
  readonly #tables: readonly Table[];
  readonly #names: Names;
  readonly #streamName: (number: number) => string;
  readonly #held = new Map<number, Held>();
  #rows = 0;
  #stream: Held | undefined;
  #entry = -1;

  constructor(db: DatabaseSync, tables: readonly Table[], streams: Names) {
    this.#tables = tables;
    this.#names = streams;
    const nameOf = db.prepare('SELECT name FROM streams WHERE number = ?');
    this.#streamName = (number) => (nameOf.get(number) as { name: string }).name;
    for (const table of tables) this.#statements.set(table, prepare(db, table));
  }

  /** Everything until the next call belongs to this stream and begins or ends at this log entry. */
  enter(stream: number, entry: number, first: boolean): void {
    this.#entry = entry;
    if (this.#stream?.number === stream) return;
    let held = this.#held.get(stream);
    if (held) this.#held.delete(stream);
    else held = { number: stream, complete: first, tables: new Map(), rows: 0 };
    this.#held.set(stream, held);
    this.#stream = held;
  }

  get<C extends Columns>(table: Table<C>, key: string): RowOf<C> | undefined {
    return this.#open(table as unknown as Table, key)?.values as RowOf<C> | undefined;
  }

  all<C extends Columns>(table: Table<C>): [key: string, row: RowOf<C>][] {
    if (table.writtenOnce) throw new TypeError(`table ${table.name} is written once: its rows are not looked at`);
    this.#loadAll();
    const versions = this.#stream!.tables.get(table as unknown as Table) ?? [];
    const rows: [string, RowOf<C>][] = [];
    for (const [key, version] of versions) if (version) rows.push([key, version.values as RowOf<C>]);
    return rows;
  }

  put<C extends Columns>(table: Table<C>, key: string, row: Partial<RowOf<C>>): void {
    const plain = table as unknown as Table;
    const values = completed(plain, row);
    if (plain.writtenOnce) this.#add(plain, key, values);
    else this.#write(plain, key, values);
  }

  change<C extends Columns>(table: Table<C>, key: string, columns: Partial<RowOf<C>>): boolean {
    const plain = table as unknown as Table;
    const open = this.#open(plain, key);
    if (open && differs(open.values, columns as Row)) this.#replace(plain, open, { ...open.values, ...columns } as Row);
    return open !== undefined;
  }

  remove(table: Table<Columns>, key: string): void {
    const open = this.#open(table, key);
    if (!open) return;
    this.#end(table, open);
    this.#keep(table, key, null);
  }

  /** Makes the entered stream's rows what they are in `staged`: what differs ends and begins at this entry. */
  become(staged: StagedRows): void {
    this.#loadAll();
    for (const table of this.#tables) {
      const wanted = staged.tables.get(table);
      if (table.writtenOnce) {
        this.#becomeOnce(table, wanted ?? new Map());
        continue;
      }
      const open = [...(this.#stream!.tables.get(table)?.entries() ?? [])];
      for (const [key, version] of open) if (version && !wanted?.has(key)) this.remove(table, key);
      for (const [key, row] of wanted ?? []) this.#write(table, key, row);
    }
  }

  /** Writes what has changed; call it inside the transaction that moves the checkpoint. */
  flush(): void {
    for (const [table, statements] of this.#statements) this.#writeOut(table, statements);
    this.#forget();
  }

  #writeOut(table: Table, statements: Statements): void {
    for (const version of statements.ended) statements.end.run(version.ended, version.row);
    for (const version of statements.begun) {
      if (version.ended <= version.began) continue;
      statements.insert.run(...this.#bind(table, statements, version));
      version.stored = true;
    }
    statements.ended.length = 0;
    statements.begun.length = 0;
  }

  /** As {@link become}, for rows that are not kept in memory. */
  #becomeOnce(table: Table, wanted: ReadonlyMap<string, Row>): void {
    const statements = this.#statements.get(table)!;
    this.#writeOut(table, statements);
    const open = new Map<string, Version>();
    for (const found of statements.findAll.all(this.#stream!.number) as Record<string, Value>[]) {
      const version = this.#version(table, found);
      open.set(version.key, version);
    }
    for (const [key, version] of open) if (!wanted.has(key)) this.#end(table, version);
    for (const [key, row] of wanted) {
      const version = open.get(key);
      if (version && sameRow(table, version.values, row)) continue;
      if (version) this.#end(table, version);
      this.#add(table, key, row);
    }
  }

  #open(table: Table, key: string): Version | undefined {
    if (table.writtenOnce) throw new TypeError(`table ${table.name} is written once: its rows are not looked at`);
    const stream = this.#stream!;
    const known = stream.tables.get(table)?.get(key);
    if (known !== undefined) return known ?? undefined;
    if (stream.complete) return undefined;
    const found = this.#statements.get(table)!.find.get(stream.number, key) as Record<string, Value> | undefined;
    const version = found ? this.#version(table, found) : null;
    this.#keep(table, key, version);
    return version ?? undefined;
  }

  #write(table: Table, key: string, values: Row): void {
    const open = this.#open(table, key);
    if (!open) this.#begin(table, key, values);
    else if (!sameRow(table, open.values, values)) this.#replace(table, open, values);
  }

  #replace(table: Table, open: Version, values: Row): void {
    if (open.began === this.#entry) {
      open.values = values;
      return;
    }
    this.#end(table, open);
    this.#begin(table, open.key, values);
  }

  #begin(table: Table, key: string, values: Row): void {
    this.#keep(table, key, this.#add(table, key, values));
  }

  #add(table: Table, key: string, values: Row): Version {
    const statements = this.#statements.get(table)!;
    const version: Version = {
      row: statements.nextRow++,
      stream: this.#stream!.number,
      key,
      began: this.#entry,
      ended: STILL,
      values,
      stored: false,
    };
    statements.begun.push(version);
    return version;
  }

  #end(table: Table, version: Version): void {
    version.ended = this.#entry;
    if (version.stored) this.#statements.get(table)!.ended.push(version);
  }

  #keep(table: Table, key: string, version: Version | null): void {
    const stream = this.#stream!;
    let rows = stream.tables.get(table);
    if (!rows) {
      rows = new Map();
      stream.tables.set(table, rows);
    }
    if (!rows.has(key)) {
      stream.rows++;
      this.#rows++;
    }
    rows.set(key, version);
  }

  #loadAll(): void {
    const stream = this.#stream!;
    if (stream.complete) return;
    for (const table of this.#tables) {
      if (table.writtenOnce) continue;
      for (const found of this.#statements.get(table)!.findAll.all(stream.number) as Record<string, Value>[]) {
        const key = String(found['key']);
        if (stream.tables.get(table)?.get(key) === undefined) this.#keep(table, key, this.#version(table, found));
      }
    }
    stream.complete = true;
  }

  #version(table: Table, found: Record<string, Value>): Version {
    const values: Record<string, Value> = {};
    const { streamColumns } = this.#statements.get(table)!;
    for (const column of table.columnNames) {
      const value = found[column] ?? null;
      values[column] = streamColumns.has(column) && value !== null ? this.#streamName(Number(value)) : value;
    }
    const { row, stream, key, began } = found as Record<string, number>;
    return { row: row!, stream: stream!, key: String(key), began: began!, ended: STILL, values, stored: true };
  }

  #bind(table: Table, { streamColumns, bound }: Statements, version: Version): Value[] {
    bound[0] = version.row;
    bound[1] = version.stream;
    bound[2] = version.key;
    bound[3] = version.began;
    bound[4] = version.ended;
    const { columnNames } = table;
    for (let i = 0; i < columnNames.length; i++) {
      const column = columnNames[i]!;
      const value = version.values[column]!;
      bound[i + 5] = value !== null && streamColumns.has(column) ? this.#names.number(String(value)) : value;
    }
    return bound;
  }

  /** Drops the streams that were not touched for longest. Nothing is lost: all of it is in the file by now. */
  #forget(): void {
    this.#stream = undefined;
    for (const [name, held] of this.#held) {
      if (this.#rows <= KEPT_ROWS) return;
      this.#rows -= held.rows;
      this.#held.delete(name);
    }
  }
}

function differs(held: Row, columns: Row): boolean {
  for (const column in columns) if (held[column] !== columns[column]) return true;
  return false;
}

function prepare(db: DatabaseSync, table: Table): Statements {
  const { name, columnNames, columns } = table;
  const all = ['row', 'stream', 'key', 'began', 'ended', ...columnNames];
  const open = `SELECT ${all.join(', ')} FROM ${name} WHERE stream = ?`;
  return {
    find: db.prepare(`${open} AND key = ? AND ended = ${STILL}`),
    findAll: db.prepare(`${open} AND ended = ${STILL}`),
    insert: db.prepare(`INSERT INTO ${name} (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')})`),
    end: db.prepare(`UPDATE ${name} SET ended = ? WHERE row = ?`),
    nextRow: Number((db.prepare(`SELECT coalesce(max(row), 0) AS n FROM ${name}`).get() as { n: number }).n) + 1,
    streamColumns: new Set(columnNames.filter((column) => columns[column] === 'stream')),
    bound: new Array(all.length).fill(null),
    begun: [],
    ended: [],
  };
}
