import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EventStore } from '../port.ts';
import { AppendQueue } from './append-queue.ts';
import { SqliteEventStore, type Writing } from './event-store.ts';
import { LogEnd } from './log-end.ts';
import type { OpenOptions, ReaderReply, WriterReply } from './messages.ts';
import { ReadQueue } from './read-queue.ts';
import { startThread } from './thread.ts';

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
  const writing = options.readOnly ? undefined : await startWriting(opening, options.maxQueueBytes ?? MAX_QUEUE_BYTES, end);
  try {
    // The writer has checked the file already.
    const reading = await startReading(options.readOnly ? opening : { ...opening, fullCheck: false });
    return new SqliteEventStore(path, writing, reading, end);
  } catch (error) {
    writing?.thread.worker.postMessage({ kind: 'close' });
    await writing?.thread.ended;
    throw error;
  }
}

async function startWriting(opening: OpenOptions, maxQueueBytes: number, end: LogEnd): Promise<Writing> {
  let queue: AppendQueue | undefined;
  const thread = await startThread<WriterReply>(new URL('./writer-thread.ts', import.meta.url), opening, {
    reply: (reply) => queue?.onReply(reply as WriterReply & { kind: 'committed' | 'failed' }),
    lost: (reason) => queue?.onWriterLost(reason),
  });
  end.advance(thread.opened.head);
  queue = new AppendQueue(thread.worker, opening.path, maxQueueBytes, (head) => end.advance(head));
  return { queue, thread };
}

async function startReading(opening: OpenOptions) {
  let queue: ReadQueue | undefined;
  const thread = await startThread<ReaderReply>(new URL('./reader-thread.ts', import.meta.url), opening, {
    reply: (reply) => queue?.onReply(reply as ReaderReply & { kind: 'page' | 'failed' }),
    lost: (reason) =>
      queue?.end({ code: 'read-only', message: `${opening.path}: the reading thread has ended (${reason})`, details: {} }),
  });
  queue = new ReadQueue(thread.worker);
  return { queue, thread };
}

/** One log has one lock, whatever links lead to it. */
function canonical(path: string): string {
  const absolute = resolve(path);
  return existsSync(absolute) ? realpathSync(absolute) : absolute;
}
