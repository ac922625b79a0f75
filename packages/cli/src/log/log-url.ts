import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EventStore, EventStoreError, openEventStore, openSqliteEventStore } from '@cytoledger/event-store';
import { CliError } from '../exit.ts';
import type { Io } from '../io.ts';
import { type Options, text } from '../options.ts';

export function dataDirOf(options: Options, { env }: Io): string {
  return text(options, 'dataDir') ?? env['DATA_DIR'] ?? 'data';
}

/** The log that the options or the environment name, as the platform itself would find it. */
export function logUrlOf(options: Options, io: Io): string {
  return text(options, 'eventStore') ?? io.env['EVENT_STORE'] ?? `sqlite:${join(dataDirOf(options, io), 'log.db')}`;
}

/**
 * Opens a log for reading, also beside the process that writes it; a file is checked as a file first.
 *
 * @throws CliError; EventStoreError `corrupt`
 */
export async function openForCheck(url: string): Promise<EventStore> {
  const path = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (path !== undefined && !existsSync(path)) {
    throw new CliError(`${path}: there is no log here`, 'Set DATA_DIR, EVENT_STORE or --event-store.');
  }
  try {
    return await (path === undefined
      ? openEventStore(url, { readOnly: true })
      : openSqliteEventStore({ path, readOnly: true, fullCheck: true }));
  } catch (error) {
    if (!(error instanceof EventStoreError) || error.code === 'corrupt') throw error;
    throw new CliError(error.message, 'Set DATA_DIR, EVENT_STORE or --event-store.');
  }
}
