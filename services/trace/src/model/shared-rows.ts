import type { Scope } from '@cytoledger/domain';
import type { Columns, RowOf, Rows, Table } from '@cytoledger/read-models';
import { units, unitsIn } from './made-units.ts';

/** What keys of shared rows begin with; the entry of the batch that made the units follows. */
export const SHARED = 'split/';

/** What is learned of a unit from what it was before. */
export type Learn<C extends Columns> = (held: RowOf<C>) => Partial<RowOf<C>> | undefined;

/**
 * A table about units in which those that one split made share a row, so that what is said of a whole batch writes one. A unit of which that row
 * is not true has one of its own, keyed by its id, for as long as the two differ.
 */
export class SharedRows<C extends Columns> {
  readonly #table: Table<C>;

  constructor(table: Table<C>) {
    this.#table = table;
  }

  of(rows: Rows, unit: string): RowOf<C> | undefined {
    return rows.get(this.#table, unit) ?? this.#shared(rows, unit);
  }

  /** @param madeAt entry of the batch that made the units */
  begin(rows: Rows, madeAt: number, row: Partial<RowOf<C>>): void {
    rows.put(this.#table, `${SHARED}${madeAt}`, row);
  }

  changeIn(rows: Rows, scope: Scope, learn: Learn<C>): void {
    if (scope === 'whole-batch') this.#changeAll(rows, learn);
    else for (const unit of unitsIn(rows, scope)) this.change(rows, unit, learn);
  }

  change(rows: Rows, unit: string, learn: Learn<C>): void {
    const held = this.of(rows, unit);
    if (held) this.#keep(rows, unit, held, learn(held));
  }

  /** What is learned of all units is learned of each row. */
  #changeAll(rows: Rows, learn: Learn<C>): void {
    const all = rows.all(this.#table);
    for (const [key, held] of all) if (key.startsWith(SHARED)) rows.change(this.#table, key, learn(held) ?? {});
    for (const [key, held] of all) if (!key.startsWith(SHARED)) this.#keep(rows, key, held, learn(held));
  }

  #keep(rows: Rows, unit: string, held: RowOf<C>, change: Partial<RowOf<C>> = {}): void {
    const shared = this.#shared(rows, unit);
    if (shared && this.#becomes(held, change, shared)) rows.remove(this.#table as unknown as Table, unit);
    else if (!rows.change(this.#table, unit, change)) rows.put(this.#table, unit, { ...held, ...change });
  }

  #shared(rows: Rows, unit: string): RowOf<C> | undefined {
    const made = rows.get(units, unit);
    return made && rows.get(this.#table, `${SHARED}${made.made_at}`);
  }

  #becomes(held: RowOf<C>, change: Partial<RowOf<C>>, other: RowOf<C>): boolean {
    for (const column in change) if (change[column] !== other[column]) return false;
    return this.#table.columnNames.every((column) => column in change || held[column] === other[column]);
  }
}
