import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type EventStore, openSqliteEventStore, type Position } from '@cytoledger/event-store';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { counting } from './counting.fixture.ts';
import {
  newestMoment,
  type Projection,
  type ReadModel,
  type ReadModelOptions,
  resolveMoment,
  STILL,
  startReadModel,
  table,
} from './index.ts';
import { LogWriter } from './specification.ts';

const A = 'batch-0192f5c4-0000-7000-8000-00000000000a';
const B = 'batch-0192f5c4-0000-7000-8000-00000000000b';

let folder: string;
let path: string;
let store: EventStore;
let log: LogWriter;
let said: string[];
const open_: ReadModel[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-model-'));
  path = join(folder, 'models', 'counting.db');
  store = await openSqliteEventStore({ path: join(folder, 'log.db') });
  log = new LogWriter(store);
  said = [];
});

afterEach(async () => {
  for (const model of open_.splice(0)) await model.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(projection: Projection = counting, more: Partial<ReadModelOptions> = {}): Promise<ReadModel> {
  const model = await startReadModel({
    store,
    path,
    projecting: { projection },
    log: (_, message) => said.push(message),
    ...more,
  });
  open_.push(model);
  await model.ready;
  return model;
}

const threaded = () =>
  start(counting, {
    projecting: {
      projection: { module: new URL('./counting.fixture.ts', import.meta.url).href, name: 'counting' },
      eventStore: `sqlite:${join(folder, 'log.db')}`,
    },
  });

type Held = { key: string; name: string; count: number };

function rowsAt(model: ReadModel, asOf?: string): Held[] {
  return model.read((db) => {
    const moment = asOf === undefined ? newestMoment(db) : resolveMoment(db, asOf);
    return db.all<Held>('SELECT key, name, count FROM things WHERE began <= :e AND ended > :e ORDER BY stream, key', {
      e: moment?.entry ?? -1,
    });
  });
}

/** Every version of every row. */
function history(model: ReadModel): unknown[] {
  return model.read((db) =>
    db.all(
      `SELECT s.name AS stream, t.key, t.began, t.ended, t.name, t.count, o.name AS other FROM things t JOIN streams s ON s.number = t.stream
         LEFT JOIN streams o ON o.number = t.other ORDER BY s.name, t.key, t.began`,
    ),
  );
}

/** Every version of every row that is written once. */
function tallied(model: ReadModel): unknown[] {
  return model.read((db) => db.all('SELECT stream, key, began, ended, thing, count FROM tallies ORDER BY began, stream, key'));
}

const named = (stream: string, thing: string, other?: string) => ({
  stream,
  type: 'batch.named.v1',
  data: { thing, ...(other && { other }) },
});
const counted = (stream: string, thing: string, count: number) => ({ stream, type: 'batch.counted.v1', data: { thing, count } });
const ended = (stream: string, thing: string) => ({ stream, type: 'batch.ended.v1', data: { thing } });

describe('a read model', () => {
  it('holds what the log says, and follows it', async () => {
    await log.append(named(A, 'x'), counted(A, 'x', 2));
    const model = await start();
    expect(rowsAt(model)).toEqual([{ key: 'x', name: 'x', count: 2 }]);
    const { position } = await log.append(counted(A, 'x', 3));
    await model.waitFor(position);
    expect(rowsAt(model)).toEqual([{ key: 'x', name: 'x', count: 5 }]);
  });

  it('keeps each version of a row with the log entries over which it held', async () => {
    await log.append(named(A, 'x', B), counted(A, 'x', 2));
    await log.append(named(B, 'y'));
    await log.append(ended(A, 'x'));
    const model = await start();
    expect(history(model)).toEqual([
      { stream: A, key: 'x', began: 0, ended: 1, name: 'x', count: 0, other: B },
      { stream: A, key: 'x', began: 1, ended: 3, name: 'x', count: 2, other: B },
      { stream: B, key: 'y', began: 2, ended: STILL, name: 'y', count: 0, other: null },
    ]);
  });

  it('does on a thread of its own what it does here', async () => {
    await log.append(named(A, 'x', B), counted(A, 'x', 2));
    const model = await threaded();
    const { position } = await log.append(counted(A, 'x', 3));
    await model.waitFor(position);
    const elsewhere = history(model);
    await model.close();
    await rm(path);
    expect(history(await start())).toEqual(elsewhere);
  });

  it('goes on where it stopped', async () => {
    await log.append(named(A, 'x'));
    await (await start()).close();
    await log.append(counted(A, 'x', 1));
    expect(rowsAt(await start())).toEqual([{ key: 'x', name: 'x', count: 1 }]);
    expect(said).toEqual([]);
  });

  it('gives the same rows when built at once as when kept up event by event, with corrections between', async () => {
    const step = fc.record({
      stream: fc.constantFrom(A, B),
      thing: fc.constantFrom('x', 'y'),
      what: fc.nat(3),
      count: fc.nat(9),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const here = await mkdtemp(join(folder, 'run-'));
        const logged = await openSqliteEventStore({ path: join(here, 'log.db') });
        const options = { store: logged, projecting: { projection: counting } };
        const live = await startReadModel({ ...options, path: join(here, 'live.db') });
        const writer = new LogWriter(logged);
        const correctable: { stream: string; id: string; thing: string }[] = [];
        const answers = new Map<Position, Held[]>();
        for (const { stream, thing, what, count } of steps) {
          const target = correctable.findLast((each) => each.stream === stream);
          const event =
            what === 0
              ? named(stream, thing)
              : what === 1
                ? ended(stream, thing)
                : what === 2 && target
                  ? {
                      stream,
                      type: 'batch.corrected.v1',
                      data: { event: target.id, data: { thing: target.thing, count }, reason: 'other' },
                    }
                  : counted(stream, thing, count);
          const { ids, position } = await writer.append(event);
          if (event.type === 'batch.counted.v1') correctable.push({ stream, id: ids[0]!, thing });
          await live.waitFor(position);
          answers.set(position, rowsAt(live));
        }
        const rebuilt = await startReadModel({ ...options, path: join(here, 'rebuilt.db') });
        await rebuilt.ready;
        try {
          expect(history(rebuilt)).toEqual(history(live));
          expect(tallied(rebuilt)).toEqual(tallied(live));
          for (const [position, answer] of answers) expect(rowsAt(rebuilt, position)).toEqual(answer);
        } finally {
          await live.close();
          await rebuilt.close();
          await logged.close();
          await rm(here, { recursive: true });
        }
      }),
      { numRuns: 15 },
    );
  });

  it('shows effective data from a correction on, and what was believed before it', async () => {
    const { ids, position } = await log.append(named(A, 'x'), counted(A, 'x', 2), counted(A, 'x', 3));
    await log.append({ stream: A, type: 'batch.corrected.v1', data: { event: ids[1], data: { thing: 'x', count: 20 } } });
    const model = await start();
    expect(rowsAt(model)).toEqual([{ key: 'x', name: 'x', count: 23 }]);
    expect(rowsAt(model, position)).toEqual([{ key: 'x', name: 'x', count: 5 }]);
  });

  it('ends only the changed one of the rows that are written once, at its correction, whether they reached the file before or not', async () => {
    const { ids } = await log.append(named(A, 'x'), counted(A, 'x', 2), counted(A, 'x', 3));
    const correction = { stream: A, type: 'batch.corrected.v1', data: { event: ids[1], data: { thing: 'x', count: 20 } } };
    const live = await start();
    const { position } = await log.append(correction);
    await live.waitFor(position);
    const kept = tallied(live);
    expect(kept).toMatchObject([
      { key: ids[1], began: 1, ended: 3, count: 2 },
      { key: ids[2], began: 2, ended: STILL, count: 3 },
      { key: ids[1], began: 3, ended: STILL, count: 20 },
    ]);
    await live.close();
    await rm(path);
    expect(tallied(await start())).toEqual(kept);
  });

  it('reads an older type as its newest version', async () => {
    await log.append(named(A, 'x'), { stream: A, type: 'batch.counted-old.v1', data: { what: 'x', number: 4 } });
    expect(rowsAt(await start())).toEqual([{ key: 'x', name: 'x', count: 4 }]);
  });

  it('leaves out an event that it cannot read, says so, and goes on', async () => {
    await log.append(named(A, 'x'), { stream: A, type: 'batch.unreadable.v1', data: {} }, counted(A, 'x', 1));
    const model = await start();
    expect(rowsAt(model)).toEqual([{ key: 'x', name: 'x', count: 1 }]);
    expect(said).toEqual([expect.stringContaining(`batch.unreadable.v1 at position 2 (${A} seq 1) was left out`)]);
    expect(model.read((db) => db.all('SELECT entry FROM unprojected'))).toEqual([{ entry: 1 }]);
  });
});

describe('the file of a read model', () => {
  it('can be deleted: the next start builds it anew', async () => {
    await log.append(named(A, 'x'), counted(A, 'x', 2));
    const first = await start();
    const before = history(first);
    await first.close();
    await rm(path);
    expect(history(await start())).toEqual(before);
  });

  it('is built anew when it is of another version', async () => {
    await log.append(named(A, 'x'));
    await (await start()).close();
    const model = await start({ ...counting, version: 2 });
    expect(rowsAt(model)).toEqual([{ key: 'x', name: 'x', count: 0 }]);
    expect(said).toEqual([expect.stringContaining('built by another version')]);
  });

  it('is built anew when its tables have changed', async () => {
    await log.append(named(A, 'x'));
    await (await start()).close();
    await start({ ...counting, tables: [...counting.tables, table('more', { name: 'text' })] });
    expect(said).toEqual([expect.stringContaining('built by another version')]);
  });

  it.each([
    ['its beginning', 0],
    ['a page in it', 8192 * 3],
  ])('is built anew when %s is overwritten', async (_, at) => {
    await log.append(named(A, 'x'), counted(A, 'x', 2));
    await (await start()).close();
    const file = await open(path, 'r+');
    await file.write(Buffer.alloc(4000, 0x5a), 0, 4000, at);
    await file.close();
    expect(rowsAt(await start())).toEqual([{ key: 'x', name: 'x', count: 2 }]);
    expect(said).toEqual([expect.stringContaining('damaged')]);
  });

  it('is built anew when it follows another log', async () => {
    await log.append(named(A, 'x'));
    await (await start()).close();
    await store.close();
    store = await openSqliteEventStore({ path: join(folder, 'restored.db') });
    await new LogWriter(store).append(named(B, 'z'));
    expect(rowsAt(await start())).toEqual([{ key: 'z', name: 'z', count: 0 }]);
    expect(said).toEqual([expect.stringContaining('another log')]);
  });

  it('is whole after the process that built it was killed in the middle', async () => {
    const groups = 75;
    for (let group = 0; group < groups; group++) {
      const thing = `x${group}`;
      const more = Array.from({ length: 299 }, (_, n) => counted(group % 2 ? A : B, thing, n));
      await log.append(named(group % 2 ? A : B, thing), ...more);
    }
    const child = spawn(process.execPath, [
      join(import.meta.dirname, 'killed-building.fixture.ts'),
      join(folder, 'log.db'),
      path,
    ]);
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    const left = new DatabaseSync(path, { readOnly: true });
    const { entry, whole } = left.prepare('SELECT entry, caught_up AS whole FROM checkpoint, built_for').get() as Record<
      string,
      number
    >;
    left.close();
    expect(whole).toBe(0);
    expect(entry).toBeGreaterThan(0);
    expect(entry).toBeLessThan(groups * 300 - 1);

    const resumed = await start();
    const [rows, tallies] = [history(resumed), tallied(resumed)];
    await resumed.close();
    expect(said).toEqual([]);
    await rm(path);
    const anew = await start();
    expect(rows).toEqual(history(anew));
    expect(tallies).toEqual(tallied(anew));
  });

  it('is made with its folder', async () => {
    await start();
    expect(existsSync(path)).toBe(true);
  });
});

describe('waiting for a position', () => {
  it('fails at once beyond the head of the log', async () => {
    const { position } = await log.append(named(A, 'x'));
    const model = await start();
    const beyond = String(Number(position) + 1) as Position;
    await expect(model.waitFor(beyond)).rejects.toMatchObject({ code: 'position-beyond-head' });
  });

  it('gives up after the time allowed, and says when to ask again', async () => {
    const model = await start(counting, { store: withoutReading(store) });
    const { position } = await log.append(named(B, 'y'));
    await expect(model.waitFor(position, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'not-yet', retryAfterMs: 500 });
    expect(model.lag().behind).toBe(1);
  });

  it('ends with the reader’s patience', async () => {
    const model = await start(counting, { store: withoutReading(store) });
    const { position } = await log.append(named(B, 'y'));
    await expect(model.waitFor(position, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'not-yet' });
  });

  it('tells how far behind the model is', async () => {
    const model = await start();
    expect(model.lag()).toEqual({ position: null, behind: 0, lastEventAt: null });
    const { position } = await log.append({ ...named(A, 'x'), recordedAt: '2026-11-21T09:00:00.000Z' });
    await model.waitFor(position);
    expect(model.lag()).toMatchObject({ position, lastEventAt: '2026-11-21T09:00:00.000Z' });
  });

  it('ends with the model', async () => {
    const model = await start();
    await model.close();
    await expect(model.waitFor('1' as Position)).rejects.toMatchObject({ code: 'closed' });
    expect(() => rowsAt(model)).toThrowError(expect.objectContaining({ code: 'closed' }));
  });
});

describe('a moment', () => {
  it('of a time is the longest prefix that was recorded by then, also where clocks disagreed', async () => {
    await log.append({ ...named(A, 'x'), recordedAt: '2026-11-21T09:00:00.000Z' });
    await log.append({ ...named(B, 'late'), recordedAt: '2026-11-21T10:00:00.000Z' });
    await log.append({ ...counted(A, 'x', 1), recordedAt: '2026-11-21T09:30:00.000Z' });
    const model = await start();
    const at = (asOf: string) => rowsAt(model, asOf).map((row) => `${row.key}${row.count}`);
    expect(at('2026-11-21T09:30:00Z')).toEqual(['x0']);
    expect(at('2026-11-21T18:00:00+08:00')).toEqual(['x1', 'late0']);
  });

  it('before the first event is refused, and so is one that is no time or position', async () => {
    await log.append({ ...named(A, 'x'), recordedAt: '2026-11-21T09:00:00.000Z' });
    const model = await start();
    expect(() => rowsAt(model, '2026-11-21T08:59:59Z')).toThrowError(expect.objectContaining({ code: 'before-the-log' }));
    for (const wrong of ['yesterday', '2026-11-21T08:59:59', '-1', '01']) {
      expect(() => rowsAt(model, wrong)).toThrowError(expect.objectContaining({ code: 'invalid-moment' }));
    }
    expect(() => rowsAt(model, '9')).toThrowError(expect.objectContaining({ code: 'not-yet' }));
  });
});

/** A log that seems empty to whoever reads it as a whole. */
function withoutReading(whole: EventStore): EventStore {
  return {
    checksBasis: whole.checksBasis,
    append: (...of) => whole.append(...of),
    readStream: (...of) => whole.readStream(...of),
    findById: (...of) => whole.findById(...of),
    heads: (...of) => whole.heads(...of),
    headPosition: () => whole.headPosition(),
    subscribe: (...of) => whole.subscribe(...of),
    readAll: () => (async function* () {})(),
    close: () => whole.close(),
  };
}
