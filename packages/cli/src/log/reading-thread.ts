import { Worker } from 'node:worker_threads';
import type { StoredEvent } from '@cytoledger/event-store';
import { type PlainVerdicts, packEvents } from './plain-page.ts';

/** With the room of what was read, to be used again: fresh memory costs more than to copy a page. */
type Answer = PlainVerdicts & { readonly room: Uint8Array<ArrayBuffer> };

/** Hashes and reads events by themselves in a thread of its own, which is a third of the work of checking a log. */
export class ReadingThread {
  readonly #worker = new Worker(new URL('./reading-thread-entry.ts', import.meta.url), { name: 'reading', execArgv: [] });
  readonly #waiting: PromiseWithResolvers<PlainVerdicts>[] = [];
  readonly #rooms: Uint8Array<ArrayBuffer>[] = [];
  #lost: Error | undefined;

  constructor() {
    this.#worker.on('message', (answer: Answer) => {
      this.#rooms.push(answer.room);
      this.#waiting.shift()!.resolve(answer);
    });
    this.#worker.on('error', (error) => this.#lose(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', (code) => this.#lose(new Error(`the reading thread ended with ${code}`)));
  }

  /** In the order of asking. */
  read(events: readonly StoredEvent[]): Promise<PlainVerdicts> {
    if (this.#lost) return Promise.reject(this.#lost);
    const waiting = Promise.withResolvers<PlainVerdicts>();
    waiting.promise.catch(() => undefined);
    this.#waiting.push(waiting);
    const packed = packEvents(events, this.#rooms.pop());
    const { bytes, layout, ids, revisions } = packed;
    this.#worker.postMessage(packed, [bytes.buffer, layout.buffer, ids.buffer, revisions.buffer]);
    return waiting.promise;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#lost);
  }
}
