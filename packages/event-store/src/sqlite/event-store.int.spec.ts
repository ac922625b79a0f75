import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeEventStore } from '../contract/index.ts';
import { openSqliteEventStore } from './index.ts';

async function newFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'cytoledger-log-'));
  return { path: join(folder, 'log.db'), remove: () => rm(folder, { recursive: true, force: true }) };
}

describeEventStore(
  'SQLite',
  async () => {
    const { path, remove } = await newFolder();
    let store = await openSqliteEventStore({ path });
    return {
      store,
      reopen: async () => {
        await store.close();
        store = await openSqliteEventStore({ path });
        return store;
      },
      cleanup: async () => {
        await store.close();
        await remove();
      },
    };
  },
  {
    spawnWriter: async () => {
      const { path, remove } = await newFolder();
      const script = fileURLToPath(new URL('./appending-process.fixture.ts', import.meta.url));
      const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
      return { child, open: () => openSqliteEventStore({ path }), cleanup: remove };
    },
  },
);
