import { DatabaseSync } from 'node:sqlite';
import type { Position, StoredEvent } from '@cytoledger/event-store';
import { beforeEach, describe, expect, it } from 'vitest';
import { newestMoment, resolveMoment } from '../moment.ts';
import { LogIndexWriter, logIndexSchema } from './log-index.ts';
import { QueryDatabase } from './query-database.ts';

let writer: LogIndexWriter;
let db: QueryDatabase;

beforeEach(() => {
  const file = new DatabaseSync(':memory:');
  file.exec(logIndexSchema);
  writer = new LogIndexWriter(file);
  db = new QueryDatabase(file);
});

function add(entry: number, position: string, recorded: number, greatest = recorded): void {
  const event = { position: position as Position, stream: 'batch-a', revision: entry } as StoredEvent;
  writer.add(entry, event, recorded, greatest);
}

describe('the index of the log', () => {
  it('knows the positions of a log that counts its entries', () => {
    for (const entry of [0, 1, 2]) add(entry, String(entry + 1), entry * 1000);
    expect(newestMoment(db)).toEqual({ entry: 2, position: '3', recordedAt: '1970-01-01T00:00:02.000Z' });
    expect(resolveMoment(db, '2')).toMatchObject({ entry: 1, position: '2' });
  });

  it('knows those of a log that leaves numbers out, or counts otherwise', () => {
    add(0, '1', 0);
    add(1, '7-7', 1000);
    add(2, '1250-1250', 2000);
    expect(newestMoment(db)).toMatchObject({ entry: 2, position: '1250-1250' });
    expect(resolveMoment(db, '1000')).toMatchObject({ entry: 1, position: '7-7' });
  });

  it('knows the greatest time of recording so far, also behind a clock that went back', () => {
    add(0, '1', 5000);
    add(1, '2', 1000, 5000);
    expect(newestMoment(db)).toMatchObject({ entry: 1, recordedAt: '1970-01-01T00:00:05.000Z' });
    expect(() => resolveMoment(db, '1970-01-01T00:00:02Z')).toThrowError(expect.objectContaining({ code: 'before-the-log' }));
  });
});
