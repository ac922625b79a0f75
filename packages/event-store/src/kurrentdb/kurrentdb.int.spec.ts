import { startKurrentDouble } from '../../../../test/doubles/kurrentdb/index.ts';
import { describeEventStore } from '../contract/index.ts';
import { openKurrentEventStore } from './index.ts';

describeEventStore(
  'KurrentDB (double)',
  async () => {
    const server = await startKurrentDouble();
    let store = await openKurrentEventStore(server.url);
    return {
      store,
      reopen: async () => {
        await store.close();
        store = await openKurrentEventStore(server.url);
        return store;
      },
      cleanup: async () => {
        await store.close();
        await server.stop();
      },
    };
  },
  { opaqueHeaders: false },
);
