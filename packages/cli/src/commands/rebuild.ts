import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EventStoreError, openSqliteEventStore } from '@cytoledger/event-store';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { type Io, print, printJson } from '../io.ts';
import { dataDirOf, logUrlOf } from '../log/log-url.ts';
import { isSet, type Options } from '../options.ts';

/**
 * Throws away the read models of a platform that is stopped. They hold nothing of their own: its services build them from the log when they start.
 */
export async function rebuild(options: Options, io: Io): Promise<ExitCode> {
  await refuseWhileWritten(logUrlOf(options, io));
  const folder = join(dataDirOf(options, io), 'read-models');
  const files = existsSync(folder) ? (await readdir(folder)).filter((name) => /\.db(-wal|-shm)?$/.test(name)) : [];
  for (const file of files) await rm(join(folder, file));
  const models = files.filter((name) => name.endsWith('.db')).map((name) => name.slice(0, -'.db'.length));
  if (isSet(options, 'json')) printJson(io, { deleted: models });
  else if (models.length === 0) print(io, `no read models in ${folder}`);
  else print(io, `deleted: ${models.join(', ')}. They are built anew from the log at the next start.`);
  return EXIT.done;
}

async function refuseWhileWritten(url: string): Promise<void> {
  const path = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (path === undefined || !existsSync(path)) return;
  try {
    await (await openSqliteEventStore({ path })).close();
  } catch (error) {
    if (!(error instanceof EventStoreError)) throw error;
    throw new CliError(error.message, error.code === 'locked' ? 'Stop the platform first.' : 'Run cytoledger fsck.');
  }
}
