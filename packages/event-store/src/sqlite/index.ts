import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EventStore } from '../port.ts';
import { AppendQueue } from './append-queue.ts';
import { type Reading, SqliteEventStore, type Writing } from './event-store.ts';
import { LogEnd } from './log-end.ts';
import type { OpenOptions } from './messages.ts';
import { OwnCommits } from './own-commits.ts';
import { ReadQueue } from './read-queue.ts';
import { Thread } from './thread.ts';

export type SqliteEventStoreOptions = {
  /** The file; made with its folder when it does not exist. `-wal`, `-shm` and `-lock` stand beside it. */
  readonly path: string;
  /** Appends are refused with `overloaded` while so many bytes are waiting. Default: 32 MiB. */
  readonly maxQueueBytes?: number;
  /** Opens a log that exists, also while another process writes it; appends fail with `read-only`. */
  readonly readOnly?: boolean;
  /** Checks the whole file, however large it is, before it opens. Default: the whole of a small file, the newest part of a large one. */
  readonly fullCheck?: boolean;
  /** The file may not grow beyond so many pages of 4 KiB; an append that needs more makes the store read-only, as a full disk does. */
  readonly maxPages?: number;
};

const MAX_QUEUE_BYTES = 32 * 1024 * 1024;

/**
 * Opens a log in one SQLite file.
 *
 * @throws EventStoreError with code `locked` (another process writes it), `corrupt` (damaged or cut), `unsafe-configuration` (no log of
 *   Cytoledger, or of a newer version), `read-only` (it cannot be opened or made).
 */
export async function openSqliteEventStore(options: SqliteEventStoreOptions): Promise<EventStore> {
  const path = canonical(options.path);
  const opening: OpenOptions = { path, maxPages: options.maxPages, fullCheck: options.fullCheck ?? false };
  const end = new LogEnd(0);
  // It starts while the writer, if there is one, checks the file.
  const reader: Reading['thread'] = new Thread(readerScript, options.readOnly ? opening : { ...opening, fullCheck: false });
  let writing: Writing | undefined;
  try {
    if (!options.readOnly) writing = await startWriting(opening, options.maxQueueBytes ?? MAX_QUEUE_BYTES, end);
    return new SqliteEventStore(path, writing, await startReading(reader, path), end);
  } catch (error) {
    await reader.discard();
    await writing?.thread.close();
    throw error;
  }
}

const writerScript = new URL('./writer-thread.ts', import.meta.url);
const readerScript = new URL('./reader-thread.ts', import.meta.url);

async function startWriting(opening: OpenOptions, maxQueueBytes: number, end: LogEnd): Promise<Writing> {
  const thread: Writing['thread'] = new Thread(writerScript, opening);
  const commits = new OwnCommits();
  const queue = new AppendQueue(thread, opening.path, maxQueueBytes, commits, (head) => end.advance(head));
  const { head } = await thread.open(
    (answer) => queue.onReply(answer),
    (reason) => queue.onWriterLost(reason),
  );
  end.advance(head);
  return { queue, commits, thread };
}

async function startReading(thread: Reading['thread'], path: string): Promise<Reading> {
  const queue = new ReadQueue(thread);
  await thread.open(
    (answer) => queue.onReply(answer),
    (reason) => queue.end({ code: 'read-only', message: `${path}: the reading thread has ended (${reason})`, details: {} }),
  );
  return { queue, thread };
}

/** One log has one lock, whatever links lead to it. */
function canonical(path: string): string {
  const absolute = resolve(path);
  return existsSync(absolute) ? realpathSync(absolute) : absolute;
}
