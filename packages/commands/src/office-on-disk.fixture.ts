import { join } from 'node:path';
import { policies } from '@cytoledger/domain';
import { openSqliteEventStore } from '@cytoledger/event-store';
import { openSqliteVault } from '@cytoledger/vault';
import { type Commands, createCommands } from './commands.ts';
import { OPERATOR, type WatchedStore, watched } from './laboratory.fixture.ts';
import { createPolicyRunner, type PolicyRunner } from './policy-runner.ts';

export type Office = {
  readonly store: WatchedStore;
  readonly commands: Commands;
  /** Acts upon everything that is in the log, and stops. */
  actUponAll(): Promise<void>;
  close(): Promise<void>;
};

/** A command handler on what lies in a folder, which stays when it is closed: what one process left another finds. */
export async function openOffice(folder: string): Promise<Office> {
  const store = watched(await openSqliteEventStore({ path: join(folder, 'log.db') }));
  const vault = await openSqliteVault({ dataPath: join(folder, 'vault.db'), keysPath: join(folder, 'keys.db') });
  const commands = createCommands({ store, vault, operator: OPERATOR, nonceKey: Buffer.alloc(32, 7) });
  const runner = (): PolicyRunner =>
    createPolicyRunner({ store, commands, policies: policies.policies, checkpointPath: join(folder, 'policies.json') });
  return {
    store,
    commands,
    actUponAll: async () => {
      const acting = runner();
      await acting.start();
      await acting.reached((await store.headPosition())!);
      await acting.stop();
    },
    close: async () => {
      await commands.drain();
      await store.close();
      await vault.close();
    },
  };
}
