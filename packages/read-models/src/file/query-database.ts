import type { DatabaseSync, StatementSync } from 'node:sqlite';

export type QueryParameters = Readonly<Record<string, string | number | null>>;

/** A read-only connection with its statements kept. Parameters are named, without their colon. */
export class QueryDatabase {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Rows as SQLite gives them; `R` is the caller's word for their shape. */
  all<R>(sql: string, parameters: QueryParameters = {}): R[] {
    return this.#statement(sql).all(parameters) as R[];
  }

  get<R>(sql: string, parameters: QueryParameters = {}): R | undefined {
    return this.#statement(sql).get(parameters) as R | undefined;
  }

  /** What `query` reads is of one moment. */
  snapshot<T>(query: () => T): T {
    if (this.#db.isTransaction) return query();
    this.#db.exec('BEGIN');
    try {
      return query();
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      statement.setAllowUnknownNamedParameters(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
