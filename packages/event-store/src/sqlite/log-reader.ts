import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { LogFilter, PackedPage, ReadQuery } from './messages.ts';
import { PageWriter, type Row } from './stored-page.ts';
import { UUID_BYTES, uuidBytes } from './uuid-bytes.ts';

const PAGE_BYTES = 1024 * 1024;
/** Keeps a page of small events from holding up other readers for more than some milliseconds. */
const PAGE_EVENTS = 2_000;
/** How far one page looks when a filter lets little through. */
const SCANNED_POSITIONS = 20_000;

/** Id, header and body come as one run of bytes: each value of its own costs more than to copy it. */
const COLUMNS = `e.position, s.name, e.revision, e.type, length(e.id), length(e.header), CAST(e.id || e.header || e.body AS BLOB)`;
const EVENTS = 'events e JOIN streams s ON s.stream = e.stream';
/** Above every character of a name. */
const AFTER_NAMES = '\x7f';

/** Answers queries page by page; no statement stays open between two, which would keep the write-ahead log from being emptied. */
export class LogReader {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #head: StatementSync;
  #room = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#head = db.prepare('SELECT max(position) AS head FROM events');
  }

  answer(query: ReadQuery): PackedPage {
    switch (query.kind) {
      case 'stream':
        return this.#readStream(query);
      case 'log':
        return this.#readLog(query);
      case 'byId':
        return this.#findById(query.stream, query.id);
      case 'heads':
        return this.#heads(query.streams);
      case 'headPosition': {
        const head = this.#headPosition();
        return new PageWriter().finish({ reached: head, head, end: true });
      }
    }
  }

  #readStream({ stream, from, backwards, limit }: ReadQuery & { kind: 'stream' }): PackedPage {
    const [compare, order] = backwards ? ['<=', 'DESC'] : ['>=', 'ASC'];
    const statement = this.#prepare(
      `SELECT ${COLUMNS} FROM streams s JOIN events e ON e.stream = s.stream
        WHERE s.name = ? AND e.revision ${compare} ? ORDER BY e.revision ${order} LIMIT ?`,
    );
    const page = new PageWriter();
    const end = fill(page, statement, [stream, from ?? (backwards ? Number.MAX_SAFE_INTEGER : 0), limit]);
    return page.finish({ reached: 0, head: 0, end });
  }

  #readLog({ after, limit, filter }: ReadQuery & { kind: 'log' }): PackedPage {
    const head = this.#headPosition();
    const until = filter ? Math.min(head, after + SCANNED_POSITIONS) : head;
    const statement = this.#prepare(
      `SELECT ${COLUMNS} FROM ${EVENTS} WHERE e.position > ? AND e.position <= ? ${conditionOf(filter)} ORDER BY e.position LIMIT ?`,
    );
    const page = new PageWriter(this.#room);
    const whole = fill(page, statement, [after, until, ...boundsOf(filter), limit]);
    const reached = whole && page.events < limit ? Math.max(after, until) : page.lastPosition;
    // The next page is as large as this one, mostly.
    this.#room = Math.ceil(page.byteLength * 1.1);
    return page.finish({ reached, head, end: reached >= head });
  }

  #findById(stream: string, id: string): PackedPage {
    const statement = this.#prepare(`SELECT ${COLUMNS} FROM ${EVENTS} WHERE s.name = ? AND e.id = ?`);
    const page = new PageWriter();
    fill(page, statement, [stream, uuidBytes(id)]);
    return page.finish({ reached: 0, head: 0, end: true });
  }

  #heads(streams: readonly string[]): PackedPage {
    const statement = this.#prepare(
      `SELECT e.position, s.name, e.revision, e.type, length(e.id), length(e.header), CAST(e.id || e.header AS BLOB) FROM streams s JOIN events e ON e.stream = s.stream
        WHERE s.name = ? ORDER BY e.revision DESC LIMIT 1`,
    );
    const page = new PageWriter();
    for (const stream of new Set(streams)) {
      const row = statement.get(stream) as unknown as Columns | undefined;
      if (row) page.add(rowOf(row));
    }
    return page.finish({ reached: 0, head: 0, end: true });
  }

  #headPosition(): number {
    return (this.#head.get() as { head: number | null }).head ?? 0;
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    statement.setReturnArrays(true);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function conditionOf({ streams, types, mentioning }: LogFilter = { streams: [], types: [] }): string {
  return `${andBeginsWithOneOf('s.name', streams)} ${andBeginsWithOneOf('e.type', types)} ${mentions(mentioning)}`;
}

function mentions(mentioning: LogFilter['mentioning']): string {
  if (!mentioning || mentioning.typePrefixes.length === 0) return '';
  return `AND (instr(e.body, CAST(? AS BLOB)) > 0 OR NOT (1 ${andBeginsWithOneOf('e.type', mentioning.typePrefixes)}))`;
}

function andBeginsWithOneOf(column: string, prefixes: readonly string[]): string {
  return prefixes.length === 0 ? '' : `AND (${prefixes.map(() => `(${column} >= ? AND ${column} < ?)`).join(' OR ')})`;
}

function boundsOf({ streams, types, mentioning }: LogFilter = { streams: [], types: [] }): string[] {
  const bounds = (prefixes: readonly string[]) => prefixes.flatMap((prefix) => [prefix, prefix + AFTER_NAMES]);
  const named = mentioning && mentioning.typePrefixes.length > 0 ? [mentioning.text, ...bounds(mentioning.typePrefixes)] : [];
  return [...bounds([...streams, ...types]), ...named];
}

type Columns = [
  position: number,
  name: string,
  revision: number,
  type: string,
  idLength: number,
  headerLength: number,
  bytes: Uint8Array,
];

/** Fills the page and tells whether the statement had no more to give. */
function fill(page: PageWriter, statement: StatementSync, parameters: SQLInputValue[]): boolean {
  for (const columns of statement.iterate(...parameters) as Iterable<unknown> as Iterable<Columns>) {
    const row = rowOf(columns);
    const bytes = row.bytes.byteLength - UUID_BYTES;
    if (page.events > 0 && (page.contentBytes + bytes > PAGE_BYTES || page.events >= PAGE_EVENTS)) return false;
    page.add(row);
  }
  return true;
}

function rowOf([position, stream, revision, type, idLength, headerLength, bytes]: Columns): Row {
  return {
    position,
    stream,
    revision,
    type,
    headerLength,
    bytes: idLength === UUID_BYTES ? bytes : asLongAsAnId(bytes, idLength),
  };
}

/** Somebody has written another id into the file: whoever reads the event finds that it is not the one in its header. */
function asLongAsAnId(bytes: Uint8Array, idLength: number): Uint8Array {
  const whole = new Uint8Array(UUID_BYTES + bytes.byteLength - idLength);
  whole.set(bytes.subarray(0, Math.min(idLength, UUID_BYTES)));
  whole.set(bytes.subarray(idLength), UUID_BYTES);
  return whole;
}
