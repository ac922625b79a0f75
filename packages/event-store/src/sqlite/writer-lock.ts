import { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from '../port.ts';
import { isBusy } from './failure.ts';

/**
 * The right to write one log, held by at most one opening of it on this machine.
 *
 * It is SQLite's lock on a small database beside the log, held by a transaction that never ends: the operating system frees it when the
 * process dies, however it dies. The holder's process id was committed there before, and can be read while the lock is held.
 */
export class WriterLock {
  readonly #db: DatabaseSync;

  /** @throws EventStoreError with code `locked`. */
  constructor(path: string) {
    const file = `${path}-lock`;
    this.#db = new DatabaseSync(file, { timeout: 0 });
    try {
      this.#db.exec('PRAGMA synchronous = OFF; BEGIN IMMEDIATE');
      this.#db.exec(`PRAGMA user_version = ${process.pid}; COMMIT; BEGIN IMMEDIATE`);
    } catch (error) {
      const holder = isBusy(error) ? this.#holder() : '';
      this.#db.close();
      if (!isBusy(error)) throw error;
      throw new EventStoreError('locked', `${path} is being written by another process${holder}; the lock is ${file}`);
    }
  }

  free(): void {
    this.#db.close();
  }

  #holder(): string {
    try {
      const { user_version: pid } = this.#db.prepare('PRAGMA user_version').get() as { user_version: number };
      return pid > 0 ? ` (pid ${pid})` : '';
    } catch {
      return '';
    }
  }
}
