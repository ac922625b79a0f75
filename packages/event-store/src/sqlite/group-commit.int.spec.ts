import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newEvent, newId } from '../contract/index.ts';
import type { AppendOptions, EventToAppend, ExpectedRevision } from '../port.ts';
import { packAppend } from './append-group.ts';
import { GroupCommit } from './group-commit.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { newLogFolder } from './log-folder.fixture.ts';
import { createSchema } from './schema.ts';

type Append = [stream: string, expected: ExpectedRevision, events: readonly EventToAppend[], options?: AppendOptions];

function commit(group: GroupCommit, appends: readonly Append[]) {
  const packed = new GrowingBytes();
  for (const [stream, expected, events, options] of appends) packAppend(packed, stream, expected, events, options?.basis ?? []);
  return group.commit(packed.buffer, packed.length);
}

async function withLog(use: (group: GroupCommit, db: DatabaseSync) => void | Promise<void>): Promise<void> {
  await using folder = await newLogFolder();
  const db = new DatabaseSync(folder.path);
  createSchema(db);
  await use(new GroupCommit(db, folder.path), db);
  db.close();
}

describe('a group of appends on its way to the disk', () => {
  it('lets each append see those before it in the group, and goes on past the ones that fail', () =>
    withLog((group) => {
      const { outcomes, failures } = commit(group, [
        ['a', 'none', [newEvent(), newEvent()]],
        ['a', 1, [newEvent()]],
        ['a', 1, [newEvent()]],
        ['b', 'none', [newEvent()], { basis: [{ stream: 'a', revision: 1 }] }],
        ['b', 'none', [newEvent()], { basis: [{ stream: 'a', revision: 2 }] }],
      ]);
      expect([...outcomes]).toEqual([0, 1, 2, 3, -1, 0, -1, 0, 0, 4]);
      expect(failures.map(({ append, failure }) => [append, failure.code, failure.details.actual])).toEqual([
        [2, 'wrong-expected-revision', 2],
        [3, 'basis-moved', 2],
      ]);
    }));

  it('knows every id of a stream, in whatever order of time they come', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 }), (picks) =>
        withLog((group) => {
          const ids = Array.from({ length: 31 }, newId);
          const stored = new Set<string>();
          for (const pick of picks) {
            const id = ids[pick]!;
            const { failures } = commit(group, [['a', stored.size === 0 ? 'none' : stored.size - 1, [newEvent({ id })]]]);
            expect(failures.map(({ failure }) => failure.code)).toEqual(stored.has(id) ? ['duplicate-event-id'] : []);
            stored.add(id);
          }
        }),
      ),
      { numRuns: 20 },
    ));

  it('says that the outcome is unknown when the commit itself fails', () =>
    withLog((group, db) => {
      // Stands for a failed sync: the statements succeed, and only COMMIT is refused.
      db.exec(`
        CREATE TABLE parents (id INTEGER PRIMARY KEY);
        CREATE TABLE orphans (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED);
        CREATE TRIGGER fail AFTER INSERT ON events BEGIN INSERT INTO orphans VALUES (1); END;
        PRAGMA foreign_keys = ON;
      `);
      expect(() => commit(group, [['a', 'none', [newEvent()]]])).toThrow(expect.objectContaining({ code: 'outcome-unknown' }));
      expect(db.isTransaction).toBe(false);
    }));

  it('says that nothing was stored when an insert fails', () =>
    withLog((group, db) => {
      db.exec("CREATE TRIGGER fail BEFORE INSERT ON events BEGIN SELECT raise(ABORT, 'no'); END");
      expect(() => commit(group, [['a', 'none', [newEvent()]]])).toThrow(expect.objectContaining({ code: 'read-only' }));
      expect(db.prepare('SELECT count(*) AS n FROM streams').get()).toEqual({ n: 0 });
    }));
});
