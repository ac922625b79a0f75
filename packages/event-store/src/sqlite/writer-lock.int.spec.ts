import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { newEvent, newEvents, newStream } from '../contract/index.ts';
import type { EventStore, StoredEvent } from '../port.ts';
import { openSqliteEventStore } from './index.ts';
import { killAfter, newLogFolder, spawnAppendingProcess } from './log-folder.fixture.ts';

async function eventsOf(store: EventStore, stream: string): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const page of store.readStream(stream)) events.push(...page);
  return events;
}

describe('the writer of a SQLite log', () => {
  it('is one: a second opening fails and names the file and the process', async () => {
    await using folder = await newLogFolder();
    const store = await openSqliteEventStore({ path: folder.path });
    await expect(openSqliteEventStore({ path: folder.path })).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringMatching(new RegExp(`log\\.db is being written .*pid ${process.pid}`)),
    });
    await store.append(newStream(), 'none', [newEvent()]);
    await store.close();
    await (await openSqliteEventStore({ path: folder.path })).close();
  });

  it('is one, whatever link leads to the file', async () => {
    await using folder = await newLogFolder();
    const store = await openSqliteEventStore({ path: folder.path });
    await symlink(folder.path, `${folder.path}.link`);
    await expect(openSqliteEventStore({ path: `${folder.path}.link` })).rejects.toMatchObject({ code: 'locked' });
    await store.close();
  });

  it('keeps other processes out while it lives, and no longer', async () => {
    await using folder = await newLogFolder();
    const child = spawnAppendingProcess(folder.path);
    try {
      await once(child.stdout!, 'readable');
      await expect(openSqliteEventStore({ path: folder.path })).rejects.toMatchObject({
        code: 'locked',
        message: expect.stringContaining(`pid ${child.pid}`),
      });
      const acknowledged = await killAfter(child, 1);
      const store = await openSqliteEventStore({ path: folder.path });
      for (const [stream, count] of acknowledged) expect((await eventsOf(store, stream)).length).toBeGreaterThanOrEqual(count);
      await store.close();
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('a SQLite log opened read-only', () => {
  it('can be read, and followed, while another opening writes it', async () => {
    await using folder = await newLogFolder();
    const writer = await openSqliteEventStore({ path: folder.path });
    const stream = newStream();
    await writer.append(stream, 'none', newEvents(2));
    const reader = await openSqliteEventStore({ path: folder.path, readOnly: true });
    expect(await eventsOf(reader, stream)).toHaveLength(2);
    const following = (async () => {
      let events = 0;
      for await (const batch of reader.subscribe()) {
        events += batch.events.length;
        if (events >= 5) break;
      }
      return events;
    })();
    await writer.append(stream, 1, newEvents(3));
    expect(await following).toBe(5);
    await reader.close();
    await writer.append(stream, 4, newEvents(1));
    await writer.close();
  });

  it('refuses appends', async () => {
    await using folder = await newLogFolder();
    await (await openSqliteEventStore({ path: folder.path })).close();
    const reader = await openSqliteEventStore({ path: folder.path, readOnly: true });
    await expect(reader.append(newStream(), 'none', [newEvent()])).rejects.toMatchObject({ code: 'read-only' });
    await reader.close();
  });

  it('is not made when it does not exist', async () => {
    await using folder = await newLogFolder();
    const opening = () => openSqliteEventStore({ path: folder.path, readOnly: true });
    await expect(opening()).rejects.toMatchObject({ code: 'unsafe-configuration' });
    await expect(opening()).rejects.toMatchObject({ code: 'unsafe-configuration' });
  });
});
