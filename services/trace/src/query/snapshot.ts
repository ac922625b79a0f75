import type { Moment, QueryDatabase, QueryParameters } from '@cytoledger/read-models';

/** A stream's number within the read model's file. Of no meaning outside it. */
export type StreamNumber = number;

/** The read model as it was at one moment: every query sees the rows that held then. */
export class Snapshot {
  readonly db: QueryDatabase;
  readonly moment: Moment;
  readonly #names: Map<StreamNumber, string>;

  constructor(db: QueryDatabase, moment: Moment) {
    this.db = db;
    this.moment = moment;
    this.#names = namesOf(db);
  }

  /** SQL in which `{rows alias}` stands for "this row of that table held then", and `:e` for the log entry. */
  all<R>(sql: string, parameters: QueryParameters = {}): R[] {
    return this.db.all<R>(heldThen(sql), { ...parameters, e: this.moment.entry });
  }

  get<R>(sql: string, parameters: QueryParameters = {}): R | undefined {
    return this.db.get<R>(heldThen(sql), { ...parameters, e: this.moment.entry });
  }

  number(stream: string): StreamNumber | undefined {
    return this.db.get<{ number: number }>('SELECT number FROM streams WHERE name = :stream', { stream })?.number;
  }

  name(number: StreamNumber): string;
  name(number: StreamNumber | null): string | null;
  name(number: StreamNumber | null): string | null {
    if (number === null) return null;
    let name = this.#names.get(number);
    if (name === undefined) {
      name = this.db.get<{ name: string }>('SELECT name FROM streams WHERE number = :number', { number })!.name;
      if (this.#names.size >= KEPT_NAMES) this.#names.clear();
      this.#names.set(number, name);
    }
    return name;
  }

  /** The same file at an earlier or later moment. */
  at(entry: number): Snapshot {
    return new Snapshot(this.db, { ...this.moment, entry });
  }
}

const KEPT_NAMES = 200_000;
const NAMES = new WeakMap<QueryDatabase, Map<StreamNumber, string>>();

/** Numbers never change within a file; another file is another connection. */
function namesOf(db: QueryDatabase): Map<StreamNumber, string> {
  const names = NAMES.get(db) ?? new Map<StreamNumber, string>();
  NAMES.set(db, names);
  return names;
}

const HELD = new Map<string, string>();

function heldThen(sql: string): string {
  let written = HELD.get(sql);
  if (written === undefined) {
    written = sql.replace(/\{rows (\w+)\}/g, '($1.began <= :e AND $1.ended > :e)');
    HELD.set(sql, written);
  }
  return written;
}

/** Id within its aggregate: `batch-X` → `X`. */
export function idOf(stream: string): string {
  return stream.slice(stream.indexOf('-') + 1);
}
