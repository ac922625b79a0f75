import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EventStore, EventStoreError, openEventStore, openSqliteEventStore } from '@cytoledger/event-store';
import { CliError } from '../exit.ts';
import type { Io } from '../io.ts';
import { type Options, text } from '../options.ts';
import type { Fault } from './fault.ts';

export function dataDirOf(options: Options, { env }: Io): string {
  return text(options, 'dataDir') ?? env['DATA_DIR'] ?? 'data';
}

/** The log that the options or the environment name, as the platform itself would find it. */
export function logUrlOf(options: Options, io: Io): string {
  return text(options, 'eventStore') ?? io.env['EVENT_STORE'] ?? `sqlite:${join(dataDirOf(options, io), 'log.db')}`;
}

/**
 * Opens a log for reading, also beside the process that writes it. Undefined where its file is so damaged that nothing can be read.
 *
 * @throws CliError
 */
export async function openForReading(url: string): Promise<EventStore | undefined> {
  const path = pathOf(url);
  if (path !== undefined && !existsSync(path)) throw elsewhere(`${path}: there is no log here`);
  try {
    return await openEventStore(url, { readOnly: true });
  } catch (error) {
    if (!(error instanceof EventStoreError)) throw error;
    if (error.code === 'corrupt') return undefined;
    throw elsewhere(error.message);
  }
}

/** Has SQLite check a log's file as a file, on a thread of its own. */
export async function faultOfFile(url: string): Promise<Fault | undefined> {
  const path = pathOf(url);
  if (path === undefined || !existsSync(path)) return undefined;
  try {
    await (await openSqliteEventStore({ path, readOnly: true, fullCheck: true })).close();
    return undefined;
  } catch (error) {
    if (!(error instanceof EventStoreError) || error.code !== 'corrupt') return undefined;
    return { code: 'store-corrupt', message: error.message };
  }
}

function pathOf(url: string): string | undefined {
  return /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
}

function elsewhere(message: string): CliError {
  return new CliError(message, 'Set DATA_DIR, EVENT_STORE or --event-store.');
}
