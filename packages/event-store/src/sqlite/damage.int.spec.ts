import { open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { newEvent, newEvents, newStream } from '../contract/index.ts';
import { openSqliteEventStore } from './index.ts';
import { killAfter, newLogFolder, spawnAppendingProcess } from './log-folder.fixture.ts';

const WAL_HEADER = 32;
const WAL_FRAME = 24 + 4096;

/** A log that was closed in good order. */
async function closedLog(path: string, events = 400): Promise<void> {
  const store = await openSqliteEventStore({ path });
  await store.append(newStream(), 'none', newEvents(events, { bodyBytes: 500 }));
  await store.close();
}

/** A log whose process was killed, so that its newest transactions stand only in the write-ahead log. */
async function killedLog(path: string, appends: number): Promise<Map<string, number>> {
  return killAfter(spawnAppendingProcess(path), appends);
}

async function overwrite(path: string, at: number, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.byteLength, at);
  await file.close();
}

async function expectRefused(path: string, code: string, message: RegExp): Promise<void> {
  const before = await readFile(path);
  await expect(openSqliteEventStore({ path })).rejects.toMatchObject({
    name: 'EventStoreError',
    code,
    message: expect.stringMatching(message),
  });
  expect(Buffer.compare(await readFile(path), before)).toBe(0);
}

describe('a SQLite log that is not whole', () => {
  it('is refused when it is another kind of file', async () => {
    await using folder = await newLogFolder();
    await writeFile(folder.path, 'batch,passage\n'.repeat(1_000));
    await expectRefused(folder.path, 'corrupt', /not an event log/);
  });

  it('is refused when it is the database of another program', async () => {
    await using folder = await newLogFolder();
    const other = new DatabaseSync(folder.path);
    other.exec('CREATE TABLE batches (id TEXT)');
    other.close();
    await expectRefused(folder.path, 'unsafe-configuration', /not an event log of Cytoledger/);
  });

  it('is refused when a newer version made it', async () => {
    await using folder = await newLogFolder();
    await closedLog(folder.path);
    const newer = new DatabaseSync(folder.path);
    newer.exec('PRAGMA user_version = 2');
    newer.close();
    await expectRefused(folder.path, 'unsafe-configuration', /format 2/);
  });

  it('is refused when the file is empty: that is a loss, not a beginning', async () => {
    await using folder = await newLogFolder();
    await writeFile(folder.path, '');
    await expectRefused(folder.path, 'corrupt', /empty/);
  });

  it.each([[0.5], [0.9], [0.999]])('is refused when it was cut to %f of its length', async (part) => {
    await using folder = await newLogFolder();
    await closedLog(folder.path);
    await truncate(folder.path, Math.floor((await stat(folder.path)).size * part));
    await expectRefused(folder.path, 'corrupt', /damaged|cut/);
  });

  it('is refused when a page in its middle was overwritten', async () => {
    await using folder = await newLogFolder();
    await closedLog(folder.path);
    const pages = (await stat(folder.path)).size / 4096;
    await overwrite(folder.path, Math.floor(pages / 2) * 4096, new Uint8Array(64).fill(0xee));
    await expectRefused(folder.path, 'corrupt', /./);
  });

  it('is refused when one of its newest events was deleted', async () => {
    await using folder = await newLogFolder();
    await closedLog(folder.path);
    const meddler = new DatabaseSync(folder.path);
    meddler.exec('DELETE FROM events WHERE position = 399');
    meddler.close();
    await expectRefused(folder.path, 'corrupt', /positions are missing/);
  });

  it('is refused read-only as well', async () => {
    await using folder = await newLogFolder();
    await closedLog(folder.path);
    await truncate(folder.path, 4096 * 3);
    await expect(openSqliteEventStore({ path: folder.path, readOnly: true })).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('leaves the lock free when it is refused', async () => {
    await using folder = await newLogFolder();
    await writeFile(folder.path, '');
    await expect(openSqliteEventStore({ path: folder.path })).rejects.toMatchObject({ code: 'corrupt' });
    await rm(folder.path);
    await (await openSqliteEventStore({ path: folder.path })).close();
  });
});

describe('the write-ahead log of a killed process', () => {
  it('is taken for lost when the file beside it is missing', async () => {
    await using folder = await newLogFolder();
    await killedLog(folder.path, 50);
    await rm(folder.path);
    await expect(openSqliteEventStore({ path: folder.path })).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('missing'),
    });
  });

  it('does not hide that the file beside it was cut', async () => {
    await using folder = await newLogFolder();
    await killedLog(folder.path, 50);
    await (await openSqliteEventStore({ path: folder.path })).close();
    await killedLog(folder.path, 20);
    await truncate(folder.path, 4096 * 4);
    await expectRefused(folder.path, 'corrupt', /cut|damaged/);
  });

  it('is refused when its beginning is damaged', async () => {
    await using folder = await newLogFolder();
    await killedLog(folder.path, 50);
    await overwrite(`${folder.path}-wal`, 16, new Uint8Array(8));
    await expectRefused(folder.path, 'corrupt', /beginning of its write-ahead log/);
  });

  it('is refused when it is damaged before transactions that were acknowledged', async () => {
    await using folder = await newLogFolder();
    await killedLog(folder.path, 100);
    await overwrite(`${folder.path}-wal`, WAL_HEADER + 2 * WAL_FRAME + 100, new Uint8Array(64).fill(0xee));
    await expectRefused(folder.path, 'corrupt', /damaged in the middle/);
  });

  it('loses nothing but the transaction that was torn at its end', async () => {
    await using folder = await newLogFolder();
    const store = await openSqliteEventStore({ path: folder.path });
    const stream = newStream();
    for (let i = 0; i < 5; i++) await store.append(stream, i === 0 ? 'none' : i - 1, [newEvent()]);
    await using copy = await newLogFolder();
    for (const suffix of ['', '-wal']) await writeFile(copy.path + suffix, await readFile(folder.path + suffix));
    await store.close();
    const wal = `${copy.path}-wal`;
    await truncate(wal, (await stat(wal)).size - 10);
    const reopened = await openSqliteEventStore({ path: copy.path });
    expect((await reopened.heads([stream])).get(stream)?.revision).toBe(3);
    await reopened.append(stream, 3, [newEvent()]);
    await reopened.close();
  });
});
