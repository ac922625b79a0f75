import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { EventStoreError } from '../port.ts';
import { serveConnection } from './connection.ts';
import { failureOf } from './failure.ts';
import { GroupCommit } from './group-commit.ts';
import type { OpenOptions, WriterReply, WriterRequest } from './messages.ts';
import { BUSY_MS, createIfAbsent, makeFolderOf, openForWriting } from './open-database.ts';
import { WriterLock } from './writer-lock.ts';

/**
 * Beyond this size of the write-ahead log the writer waits for the readers, so that it can begin anew. Until then SQLite does it by itself
 * whenever no reader is in its way.
 */
const WAL_BYTES = 64 * 1024 * 1024;
const WAIT_FOR_READERS_MS = 100;
const CHECKPOINT_PAUSE_MS = 1_000;

type Reply = (message: WriterReply, transfer?: ArrayBuffer[]) => void;

class Writer {
  readonly #path: string;
  readonly #reply: Reply;
  readonly #lock: WriterLock;
  readonly #db: DatabaseSync;
  readonly #group: GroupCommit;
  #broken: EventStoreError | undefined;
  #checkpointedAt = 0;

  constructor({ path, maxPages, fullCheck }: OpenOptions, reply: Reply) {
    this.#path = path;
    this.#reply = reply;
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

  get opened() {
    return { head: this.#group.head };
  }

  commit({ buffer, length }: WriterRequest): void {
    if (this.#broken) {
      this.#reply({ kind: 'failed', failure: refusedSince(this.#broken) });
      return;
    }
    try {
      const { outcomes, failures } = this.#group.commit(buffer, length);
      this.#reply({ kind: 'committed', outcomes, failures, head: this.#group.head, buffer }, [outcomes.buffer, buffer]);
    } catch (error) {
      this.#broken = error as EventStoreError;
      this.#reply({ kind: 'failed', failure: failureOf(error, this.#path) });
      return;
    }
    this.#boundWriteAheadLog();
  }

  #boundWriteAheadLog(): void {
    const size = statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (size < WAL_BYTES || Date.now() - this.#checkpointedAt < CHECKPOINT_PAUSE_MS) return;
    this.#checkpointedAt = Date.now();
    try {
      this.#db.exec(`PRAGMA busy_timeout = ${WAIT_FOR_READERS_MS}; PRAGMA wal_checkpoint(TRUNCATE)`);
    } catch {
      // What was acknowledged stands in the write-ahead log; the next commit tells whether the disk still takes writes.
    } finally {
      this.#db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
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

serveConnection<WriterRequest>((options, reply) => {
  const writer = new Writer(options, reply);
  return { opened: writer.opened, handle: (request) => writer.commit(request), close: () => writer.close() };
});
