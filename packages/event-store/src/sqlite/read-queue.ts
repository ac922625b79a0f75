import { errorOf, type Failure } from './failure.ts';
import type { PackedPage, ReaderReply, ReaderRequest, ReadQuery } from './messages.ts';
import type { Thread } from './thread.ts';

type Waiting = { readonly resolve: (page: PackedPage) => void; readonly reject: (error: Error) => void };

/** The way of queries to the reader thread and back. */
export class ReadQueue {
  readonly #reader: Thread<ReaderRequest, ReaderReply>;
  readonly #waiting = new Map<number, Waiting>();
  #lastRequest = 0;
  #lost: Failure | undefined;

  constructor(reader: Thread<ReaderRequest, ReaderReply>) {
    this.#reader = reader;
  }

  ask(query: ReadQuery): Promise<PackedPage> {
    return new Promise((resolve, reject) => {
      if (this.#lost) throw errorOf(this.#lost);
      const request = ++this.#lastRequest;
      this.#waiting.set(request, { resolve, reject });
      this.#reader.post({ kind: 'read', request, query });
    });
  }

  onReply(reply: ReaderReply & { kind: 'page' | 'failed' }): void {
    const waiting = this.#waiting.get(reply.request);
    this.#waiting.delete(reply.request);
    if (reply.kind === 'page') waiting?.resolve(reply.page);
    else waiting?.reject(errorOf(reply.failure));
  }

  /** Nothing will be answered any more. */
  end(failure: Failure): void {
    this.#lost ??= failure;
    for (const { reject } of this.#waiting.values()) reject(errorOf(this.#lost));
    this.#waiting.clear();
  }
}
