import { describeEventStore } from '../contract/index.ts';
import { openSqliteEventStore } from './index.ts';
import { newLogFolder, spawnAppendingProcess } from './log-folder.fixture.ts';

describeEventStore(
  'SQLite',
  async () => {
    const folder = await newLogFolder();
    let store = await openSqliteEventStore({ path: folder.path });
    return {
      store,
      reopen: async () => {
        await store.close();
        store = await openSqliteEventStore({ path: folder.path });
        return store;
      },
      cleanup: async () => {
        await store.close();
        await folder[Symbol.asyncDispose]();
      },
    };
  },
  {
    spawnWriter: async () => {
      const folder = await newLogFolder();
      return {
        child: spawnAppendingProcess(folder.path),
        open: () => openSqliteEventStore({ path: folder.path }),
        cleanup: () => Promise.resolve(folder[Symbol.asyncDispose]()),
      };
    },
  },
);
