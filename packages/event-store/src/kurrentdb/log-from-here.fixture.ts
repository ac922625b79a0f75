import { comparePositions, type EventStore } from '../port.ts';

/** A server that cannot be emptied, seen as a log that begins now. */
export async function logFromHere(open: () => Promise<EventStore>): Promise<{ open: () => Promise<EventStore> }> {
  const first = await open();
  const start = await first.headPosition();
  await first.close();
  return { open: async () => view(await open()) };

  function view(store: EventStore): EventStore {
    return {
      checksBasis: store.checksBasis,
      append: (...args) => store.append(...args),
      readStream: (...args) => store.readStream(...args),
      findById: (...args) => store.findById(...args),
      heads: (...args) => store.heads(...args),
      close: () => store.close(),
      readAll: (options = {}) => store.readAll({ ...options, after: options.after ?? start }),
      subscribe: (options = {}) => store.subscribe({ ...options, after: options.after ?? start }),
      async headPosition() {
        const head = await store.headPosition();
        return head !== undefined && start !== undefined && comparePositions(head, start) <= 0 ? undefined : head;
      },
    };
  }
}
