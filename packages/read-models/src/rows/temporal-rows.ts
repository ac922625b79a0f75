import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { execute } from '../file/execute.ts';
import type { Names } from './names.ts';
import { RowInserter } from './row-inserter.ts';
import { type Row, type Rows, sameRow, type Value } from './rows.ts';
import type { StagedRows } from './staged-rows.ts';
import { COMMON_COLUMNS, type Columns, type RowOf, STILL, type Table } from './table.ts';

/** Rows that are kept in memory between commits, so that most changes need no reading. About 0.5 KiB each; 100,000 were no faster. */
const KEPT_ROWS = 25_000;

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

type HeldTable = { readonly of: Written; readonly rows: Map<string, Version | null> };

type Held = {
  readonly number: number;
  /** All rows of this stream that still hold are in memory: what is not there does not exist. */
  complete: boolean;
  /** Few of all tables, which are found by looking at each. */
  readonly tables: HeldTable[];
  rows: number;
  /** Since it was last thought of dropping it. */
  touched: boolean;
};

/** A table as it is written. */
type Written = {
  readonly table: Table;
  readonly find: StatementSync;
  readonly findAll: StatementSync;
  readonly inserter: RowInserter;
  readonly end: StatementSync;
  nextRow: number;
  readonly begun: Version[];
  readonly ended: Version[];
};

/** Keeps every version of every row, with the log entries over which it held. Changes reach the file at {@link flush}. */
export class TemporalRows implements Rows {
  readonly #written: ReadonlyMap<Table, Written>;
  readonly #streamName: (number: number) => string;
  readonly #held = new Map<number, Held>();
  #rows = 0;
  #stream: Held | undefined;
  #entry = -1;

  constructor(db: DatabaseSync, tables: readonly Table[], streams: Names) {
    const nameOf = db.prepare('SELECT name FROM streams WHERE number = ?');
    this.#streamName = (number) => (nameOf.get(number) as { name: string }).name;
    this.#written = new Map(tables.map((table) => [table, prepare(db, table, streams)]));
  }

  /** Everything until the next call belongs to this stream and begins or ends at this log entry. */
  enter(stream: number, entry: number, first: boolean): void {
    this.#entry = entry;
    if (this.#stream?.number === stream) return;
    let held = this.#held.get(stream);
    if (held) held.touched = true;
    else {
      held = { number: stream, complete: first, tables: [], rows: 0, touched: false };
      this.#held.set(stream, held);
    }
    this.#stream = held;
  }

  get<C extends Columns>(table: Table<C>, key: string): RowOf<C> | undefined {
    return this.#open(this.#kept(table as unknown as Table), key)?.values as RowOf<C> | undefined;
  }

  all<C extends Columns>(table: Table<C>): [key: string, row: RowOf<C>][] {
    const written = this.#kept(table as unknown as Table);
    this.#loadAll();
    const rows: [string, RowOf<C>][] = [];
    for (const [key, version] of heldOf(this.#stream!, written) ?? []) if (version) rows.push([key, version.values as RowOf<C>]);
    return rows;
  }

  put<C extends Columns>(table: Table<C>, key: string, row: Partial<RowOf<C>>): void {
    const written = this.#written.get(table as unknown as Table)!;
    const values = table.code.completed(row);
    if (table.writtenOnce) this.#add(written, key, values);
    else this.#write(written, key, values);
  }

  change<C extends Columns>(table: Table<C>, key: string, columns: Partial<RowOf<C>>): boolean {
    const written = this.#kept(table as unknown as Table);
    const open = this.#open(written, key);
    if (open && differs(open.values, columns as Row))
      this.#replace(written, open, changed(written.table, open.values, columns as Row));
    return open !== undefined;
  }

  remove(table: Table<Columns>, key: string): void {
    const written = this.#kept(table);
    const open = this.#open(written, key);
    if (!open) return;
    this.#end(written, open);
    this.#keep(written, key, null);
  }

  /** Makes the entered stream's rows what they are in `staged`: what differs ends and begins at this entry. */
  become(staged: StagedRows): void {
    this.#loadAll();
    for (const [table, written] of this.#written) {
      const wanted = staged.tables.get(table);
      if (table.writtenOnce) {
        this.#becomeOnce(written, wanted ?? new Map());
        continue;
      }
      const open = [...(heldOf(this.#stream!, written) ?? [])];
      for (const [key, version] of open) if (version && !wanted?.has(key)) this.remove(table, key);
      for (const [key, row] of wanted ?? []) this.#write(written, key, row);
    }
  }

  /** Writes what has changed; call it inside the transaction that moves the checkpoint. */
  flush(): void {
    for (const written of this.#written.values()) if (written.begun.length + written.ended.length > 0) this.#writeOut(written);
    this.#forget();
  }

  #writeOut({ begun, ended, inserter, end }: Written): void {
    for (const version of ended) execute(end, version.ended, version.row);
    for (const version of begun) {
      if (version.ended <= version.began) continue;
      inserter.insert(version);
      version.stored = true;
    }
    ended.length = 0;
    begun.length = 0;
  }

  /** As {@link become}, for rows that are not kept in memory. */
  #becomeOnce(written: Written, wanted: ReadonlyMap<string, Row>): void {
    this.#writeOut(written);
    const open = new Map<string, Version>();
    for (const found of written.findAll.all(this.#stream!.number) as Record<string, Value>[]) {
      const version = this.#version(written, found);
      open.set(version.key, version);
    }
    for (const [key, version] of open) if (!wanted.has(key)) this.#end(written, version);
    for (const [key, row] of wanted) {
      const version = open.get(key);
      if (version && sameRow(written.table, version.values, row)) continue;
      if (version) this.#end(written, version);
      this.#add(written, key, row);
    }
  }

  #kept(table: Table): Written {
    if (table.writtenOnce) throw new TypeError(`table ${table.name} is written once: its rows are not looked at`);
    return this.#written.get(table)!;
  }

  #open(written: Written, key: string): Version | undefined {
    const stream = this.#stream!;
    const known = heldOf(stream, written)?.get(key);
    if (known !== undefined) return known ?? undefined;
    if (stream.complete) return undefined;
    const found = written.find.get(stream.number, key) as Record<string, Value> | undefined;
    const version = found ? this.#version(written, found) : null;
    this.#keep(written, key, version);
    return version ?? undefined;
  }

  #write(written: Written, key: string, values: Row): void {
    const open = this.#open(written, key);
    if (!open) this.#keep(written, key, this.#add(written, key, values));
    else if (!sameRow(written.table, open.values, values)) this.#replace(written, open, values);
  }

  #replace(written: Written, open: Version, values: Row): void {
    if (open.began === this.#entry) {
      open.values = values;
      return;
    }
    this.#end(written, open);
    this.#keep(written, open.key, this.#add(written, open.key, values));
  }

  #add(written: Written, key: string, values: Row): Version {
    const version: Version = {
      row: written.nextRow++,
      stream: this.#stream!.number,
      key,
      began: this.#entry,
      ended: STILL,
      values,
      stored: false,
    };
    written.begun.push(version);
    return version;
  }

  #end(written: Written, version: Version): void {
    version.ended = this.#entry;
    if (version.stored) written.ended.push(version);
  }

  #keep(written: Written, key: string, version: Version | null): void {
    const stream = this.#stream!;
    let rows = heldOf(stream, written);
    if (!rows) {
      rows = new Map();
      stream.tables.push({ of: written, rows });
    }
    const before = rows.size;
    rows.set(key, version);
    stream.rows += rows.size - before;
    this.#rows += rows.size - before;
  }

  #loadAll(): void {
    const stream = this.#stream!;
    if (stream.complete) return;
    for (const written of this.#written.values()) {
      if (written.table.writtenOnce) continue;
      for (const found of written.findAll.all(stream.number) as Record<string, Value>[]) {
        const key = String(found['key']);
        if (heldOf(stream, written)?.get(key) === undefined) this.#keep(written, key, this.#version(written, found));
      }
    }
    stream.complete = true;
  }

  #version({ table }: Written, found: Record<string, Value>): Version {
    const values: Record<string, Value> = {};
    for (const column of table.columnNames) {
      const value = found[column] ?? null;
      values[column] = value !== null && table.columns[column] === 'stream' ? this.#streamName(Number(value)) : value;
    }
    const { row, stream, key, began } = found as Record<string, number>;
    return {
      row: row!,
      stream: stream!,
      key: String(key),
      began: began!,
      ended: STILL,
      values: table.code.completed(values),
      stored: true,
    };
  }

  /** Drops streams that were not touched for long. Nothing is lost: all of it is in the file by now. */
  #forget(): void {
    this.#stream = undefined;
    for (const [number, held] of this.#held) {
      if (this.#rows <= KEPT_ROWS) return;
      this.#held.delete(number);
      if (held.touched) {
        held.touched = false;
        this.#held.set(number, held);
      } else {
        this.#rows -= held.rows;
      }
    }
  }
}

function heldOf({ tables }: Held, written: Written): Map<string, Version | null> | undefined {
  for (let i = 0; i < tables.length; i++) if (tables[i]!.of === written) return tables[i]!.rows;
  return undefined;
}

function changed({ code }: Table, held: Row, columns: Row): Row {
  const row = code.copied(held);
  for (const column in columns) row[column] = columns[column]!;
  return row;
}

function differs(held: Row, columns: Row): boolean {
  for (const column in columns) if (held[column] !== columns[column]) return true;
  return false;
}

function prepare(db: DatabaseSync, table: Table, streams: Names): Written {
  const { name, columnNames } = table;
  const open = `SELECT ${[...COMMON_COLUMNS, ...columnNames].join(', ')} FROM ${name} WHERE stream = ?`;
  return {
    table,
    find: db.prepare(`${open} AND key = ? AND ended = ${STILL}`),
    findAll: db.prepare(`${open} AND ended = ${STILL}`),
    inserter: new RowInserter(db, table, streams),
    end: db.prepare(`UPDATE ${name} SET ended = ? WHERE row = ?`),
    nextRow: Number((db.prepare(`SELECT coalesce(max(row), 0) AS n FROM ${name}`).get() as { n: number }).n) + 1,
    begun: [],
    ended: [],
  };
}
