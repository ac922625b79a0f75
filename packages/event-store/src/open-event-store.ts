import { type EventStore, EventStoreError } from './port.ts';
import { openSqliteEventStore } from './sqlite/index.ts';

/**
 * Opens the log that a URL names: `sqlite:<path of a file>`, or `esdb://…`, `esdb+discover://…`, `kurrentdb://…`, `kurrentdb+discover://…`.
 * Read-only, a file is opened beside the process that writes it; a server is only ever asked.
 *
 * @throws EventStoreError with code `unsafe-configuration` for another kind of URL, or as the adapter does.
 */
export async function openEventStore(url: string, options: { readonly readOnly?: boolean } = {}): Promise<EventStore> {
  const path = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (path !== undefined) return openSqliteEventStore({ path, readOnly: options.readOnly ?? false });
  if (/^(esdb|kurrentdb)(\+discover)?:\/\//.test(url)) {
    const { openKurrentEventStore } = await import('./kurrentdb/index.ts');
    return openKurrentEventStore(url);
  }
  // Not the URL as a whole: it may hold a password.
  const scheme = url.split(':')[0]?.slice(0, 20);
  throw new EventStoreError(
    'unsafe-configuration',
    `EVENT_STORE must begin with sqlite:, esdb:// or kurrentdb://, not ${JSON.stringify(scheme)}`,
  );
}
