import { Worker } from 'node:worker_threads';
import { errorOf } from './failure.ts';
import type { Lifecycle, OpenOptions, ReaderReply, ReaderRequest, WriterReply, WriterRequest } from './messages.ts';

type Opened<Reply> = Extract<Reply, { kind: 'opened' }>;
type Answer<Reply extends { kind: string }> = Exclude<Reply, { kind: 'opened' | 'refused' }>;

/** A thread that holds one connection to the log. It begins to start at once, and opens the log when told to. */
export class Thread<Request extends WriterRequest | ReaderRequest, Reply extends WriterReply | ReaderReply> {
  readonly #worker: Worker;
  readonly #ended = Promise.withResolvers<Error>();
  #closing = false;

  constructor(script: URL, options: OpenOptions) {
    this.#worker = new Worker(script, { workerData: options, execArgv: [] });
    this.#worker.on('error', (error) => this.#ended.resolve(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', (code) => this.#ended.resolve(new Error(`exit code ${code}`)));
  }

  /**
   * `onAnswer` gets what the thread sends later, `onLost` its end when nobody asked for it.
   *
   * @throws EventStoreError as the thread refused.
   */
  open(onAnswer: (answer: Answer<Reply>) => void, onLost: (reason: string) => void): Promise<Opened<Reply>> {
    return new Promise((resolve, reject) => {
      void this.#ended.promise.then((reason) => {
        reject(reason);
        if (!this.#closing) onLost(reason.message);
      });
      this.#worker.on('message', (reply: Reply) => {
        if (reply.kind === 'opened') resolve(reply as Opened<Reply>);
        else if (reply.kind === 'refused') reject(errorOf(reply.failure));
        else onAnswer(reply as Answer<Reply>);
      });
      this.post({ kind: 'open' });
    });
  }

  post(request: Request | Lifecycle, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, transfer);
  }

  /** Resolves when the thread has closed its connection and ended. */
  async close(): Promise<void> {
    this.#closing = true;
    this.post({ kind: 'close' });
    await this.#ended.promise;
  }

  /** Ends a thread that holds nothing open. */
  async discard(): Promise<void> {
    this.#closing = true;
    await this.#worker.terminate();
  }
}
