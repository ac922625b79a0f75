import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { execute } from '../file/execute.ts';

const KEPT = 500_000;

/** Small numbers for texts that repeat: streams and event types. Numbers are given in log order and never reused. */
export class Names {
  readonly #numbers = new Map<string, number>();
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  #next: number;
  /** The one asked for last: events come in runs of one stream. */
  #name = '';
  #number = 0;

  /** `table` has the columns `number` and `name`. */
  constructor(db: DatabaseSync, table: string) {
    this.#find = db.prepare(`SELECT number FROM ${table} WHERE name = ?`);
    this.#insert = db.prepare(`INSERT INTO ${table} (number, name) VALUES (?, ?)`);
    this.#next = Number((db.prepare(`SELECT coalesce(max(number), 0) AS n FROM ${table}`).get() as { n: number }).n) + 1;
  }

  /** The number of a name that is known to be new, or not. */
  number(name: string): number {
    if (name === this.#name && this.#number > 0) return this.#number;
    this.#number = this.#numbered(name);
    this.#name = name;
    return this.#number;
  }

  find(name: string): number | undefined {
    return this.#numbers.get(name) ?? (this.#find.get(name) as { number: number } | undefined)?.number;
  }

  #numbered(name: string): number {
    const held = this.#numbers.get(name);
    if (held !== undefined) return held;
    const found = this.find(name);
    if (found !== undefined) return this.#keep(name, found);
    const number = this.#next++;
    execute(this.#insert, number, name);
    return this.#keep(name, number);
  }

  #keep(name: string, number: number): number {
    if (this.#numbers.size >= KEPT) this.#numbers.clear();
    this.#numbers.set(name, number);
    return number;
  }
}
