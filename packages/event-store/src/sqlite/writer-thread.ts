import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { EventStoreError } from '../port.ts';
import { failureOf } from './failure.ts';
import { GroupCommit } from './group-commit.ts';
import type { OpenOptions, WriterReply, WriterRequest } from './messages.ts';
import { createIfAbsent, makeFolderOf, openForWriting } from './open-database.ts';
import { WriterLock } from './writer-lock.ts';

/**
 * Beyond this size of the write-ahead log the writer waits for the readers, so that it can begin anew. Until then SQLite does it by itself
 * whenever no reader is in its way.
 */
const WAL_BYTES = 64 * 1024 * 1024;
const WAIT_FOR_READERS_MS = 100;
const CHECKPOINT_PAUSE_MS = 1_000;

const port = parentPort!;
const options = workerData as OpenOptions;
const reply = (message: WriterReply, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

class Writer {
  readonly #lock: WriterLock;
  readonly #db: DatabaseSync;
  readonly #group: GroupCommit;
  #broken: EventStoreError | undefined;
  #checkpointedAt = 0;

  constructor({ path, maxPages, fullCheck }: OpenOptions) {
    makeFolderOf(path);
    this.#lock = new WriterLock(path);
    try {
      createIfAbsent(path);
      this.#db = openForWriting(path, { maxPages, fullCheck });
      this.#group = new GroupCommit(this.#db, path);
    } catch (error) {
      this.#lock.free();
      throw error;
    }
  }

  get head(): number {
    return this.#group.head;
  }

  commit(buffer: ArrayBuffer, length: number): void {
    if (this.#broken) {
      reply({ kind: 'failed', failure: refusedSince(this.#broken) });
      return;
    }
    try {
      const { outcomes, failures } = this.#group.commit(buffer, length);
      reply({ kind: 'committed', outcomes, failures, head: this.#group.head, buffer }, [outcomes.buffer, buffer]);
    } catch (error) {
      this.#broken = error as EventStoreError;
      reply({ kind: 'failed', failure: failureOf(error, options.path) });
      return;
    }
    this.#boundWriteAheadLog();
  }

  #boundWriteAheadLog(): void {
    const size = statSync(`${options.path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (size < WAL_BYTES || Date.now() - this.#checkpointedAt < CHECKPOINT_PAUSE_MS) return;
    this.#checkpointedAt = Date.now();
    try {
      this.#db.exec(`PRAGMA busy_timeout = ${WAIT_FOR_READERS_MS}; PRAGMA wal_checkpoint(TRUNCATE)`);
    } catch {
      // What was acknowledged stands in the write-ahead log; the next commit tells whether the disk still takes writes.
    }
  }

  close(): void {
    this.#db.close();
    this.#lock.free();
  }
}

function refusedSince(error: EventStoreError) {
  return { code: 'read-only' as const, message: `${error.message} The log has been read-only since`, details: {} };
}

try {
  const writer = new Writer(options);
  port.on('message', (request: WriterRequest) => {
    if (request.kind === 'commit') return writer.commit(request.buffer, request.length);
    writer.close();
    reply({ kind: 'closed' });
    port.close();
  });
  reply({ kind: 'opened', head: writer.head });
} catch (error) {
  reply({ kind: 'refused', failure: failureOf(error, options.path) });
  port.close();
}
