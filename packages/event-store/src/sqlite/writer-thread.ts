import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { EventStoreError } from '../port.ts';
import { failureOf } from './failure.ts';
import { GroupCommit } from './group-commit.ts';
import type { OpenOptions, WriterReply, WriterRequest } from './messages.ts';
import { createIfAbsent, makeFolderOf, openForWriting } from './open-database.ts';
import { WriterLock } from './writer-lock.ts';

const port = parentPort!;
const options = workerData as OpenOptions;
const reply = (message: WriterReply, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

class Writer {
  readonly #lock: WriterLock;
  readonly #db: DatabaseSync;
  readonly #group: GroupCommit;
  #broken: EventStoreError | undefined;

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
