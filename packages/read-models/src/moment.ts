import { comparePositions, EventStoreError, type Position, parsePosition } from '@cytoledger/event-store';
import { ReadModelError } from './errors.ts';
import { ENTRY_COLUMNS } from './file/log-index.ts';
import type { QueryDatabase } from './file/query-database.ts';

/** A prefix of the log, which is what every answer is of. */
export type Moment = {
  /** 0-based number of its newest entry: a row is part of the answer where `began` ≤ entry < `ended`. */
  readonly entry: number;
  readonly position: Position;
  /** When its newest event was recorded (the greatest in it), RFC 3339, UTC. */
  readonly recordedAt: string;
};

type EntryRow = { entry: number; position: Position; greatest_recorded: number };

/** As of now: all that has been projected. Undefined while that is nothing. */
export function newestMoment(db: QueryDatabase): Moment | undefined {
  const row = db.get<EntryRow>(`SELECT ${ENTRY_COLUMNS} FROM entries ORDER BY entry DESC LIMIT 1`);
  return row && momentOf(row);
}

/**
 * A log position, or an RFC 3339 time with offset: the longest prefix whose greatest recordedAt is not after it.
 *
 * @throws ReadModelError `invalid-moment`, `before-the-log`, `not-yet` (the position may exist, but is not projected)
 */
export function resolveMoment(db: QueryDatabase, asOf: string): Moment {
  const newest = newestMoment(db);
  if (!newest) throw new ReadModelError('not-yet', 'nothing has been projected yet', { retryAfterMs: 1000 });
  return /^\d{4}-/.test(asOf) && asOf.includes('T') ? atTime(db, asOf, newest) : atPosition(db, asOf, newest);
}

function atPosition(db: QueryDatabase, text: string, newest: Moment): Moment {
  const position = positionOf(text);
  if (comparePositions(position, newest.position) > 0) {
    throw new ReadModelError('not-yet', `position ${text} is after ${newest.position}, the newest that this answer could be of`, {
      retryAfterMs: 200,
    });
  }
  return lastEntryWhere(db, newest, (row) => comparePositions(row.position, position) <= 0, text);
}

function atTime(db: QueryDatabase, text: string, newest: Moment): Moment {
  const time = Date.parse(text);
  if (Number.isNaN(time) || !/(Z|[+-]\d{2}:\d{2})$/.test(text)) {
    throw new ReadModelError('invalid-moment', `"${text}" is neither a log position nor an RFC 3339 time with an offset`);
  }
  return lastEntryWhere(db, newest, (row) => row.greatest_recorded <= time, text);
}

/** Both positions and greatest times ascend with the entries. */
function lastEntryWhere(db: QueryDatabase, newest: Moment, holds: (row: EntryRow) => boolean, asked: string): Moment {
  let low = 0;
  let high = newest.entry;
  let found: EntryRow | undefined;
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const row = entryRow(db, middle);
    if (holds(row)) {
      found = row;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  if (!found) throw new ReadModelError('before-the-log', `nothing was recorded yet at ${asked}`);
  return momentOf(found);
}

function entryRow(db: QueryDatabase, entry: number): EntryRow {
  return db.get<EntryRow>(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE entry = :entry`, { entry })!;
}

function momentOf({ entry, position, greatest_recorded }: EntryRow): Moment {
  return { entry, position, recordedAt: new Date(greatest_recorded).toISOString() };
}

function positionOf(text: string): Position {
  try {
    return parsePosition(text);
  } catch (error) {
    if (!(error instanceof EventStoreError)) throw error;
    throw new ReadModelError('invalid-moment', `"${text.slice(0, 60)}" is neither a log position nor an RFC 3339 time`);
  }
}
