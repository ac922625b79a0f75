import { describe, expect, it } from 'vitest';
import { newEvent, newStream } from './contract/index.ts';
import { openEventStore } from './open-event-store.ts';
import { newLogFolder } from './sqlite/log-folder.fixture.ts';

describe('opening the log that EVENT_STORE names', () => {
  it.each([['sqlite:'], ['sqlite://']])(
    'takes the path behind %s for a SQLite file, and makes it with its folder',
    async (scheme) => {
      await using folder = await newLogFolder();
      const path = folder.path.replace('log.db', 'data/log.db');
      const stream = newStream();
      const store = await openEventStore(scheme + path);
      await store.append(stream, 'none', [newEvent()]);
      await store.close();
      const again = await openEventStore(`sqlite:${path}`);
      expect((await again.heads([stream])).size).toBe(1);
      await again.close();
    },
  );

  it.each([['postgres://user:secret@host/db'], ['sqlite:'], ['./data/log.db'], ['']])(
    'refuses %j without repeating a password',
    async (url) => {
      const error = await openEventStore(url).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'unsafe-configuration' });
      expect((error as Error).message).not.toContain('secret');
    },
  );
});
