import { setImmediate as nextTurn } from 'node:timers/promises';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ClientReadableStream } from '@grpc/grpc-js';

const MAX_BYTES = 1024 * 1024;
const MAX_MESSAGES = 500;

type Listener = {
  /** The call failed, not because it was cancelled here. */
  readonly failed: (error: unknown) => void;
  readonly cancelled: () => void;
};

/** What comes in from one read, held until it is taken: about 1 MiB, then the flow control of HTTP/2 makes the server wait. */
export class Intake {
  readonly #call: ClientReadableStream<streams.ReadResp>;
  readonly #told: Listener;
  #cancelled = false;
  #messages: streams.ReadResp[] = [];
  #bytes = 0;
  #ended = false;
  #failure: unknown;
  #wake: (() => void) | undefined;

  constructor(call: ClientReadableStream<streams.ReadResp>, told: Listener) {
    this.#call = call;
    this.#told = told;
    call.on('data', (message: streams.ReadResp) => this.#hold(message));
    call.on('end', () => {
      this.#ended = true;
      this.#wake?.();
    });
    call.on('error', (error) => {
      if (this.#cancelled) return;
      told.failed(error);
      this.fail(error);
    });
  }

  /** True when nothing is waiting to be taken. */
  get empty(): boolean {
    return this.#messages.length === 0;
  }

  /**
   * Everything that has come since, at least one message; nothing at the end.
   *
   * @throws whatever broke the read, after all that came before it was taken; an Error when nothing came for so long.
   */
  async take(patienceMs?: number): Promise<readonly streams.ReadResp[]> {
    if (this.#messages.length === 0 && !this.#ended && this.#failure === undefined) await this.#more(patienceMs);
    // What lies in the same frame is handed over one by one: one turn later all of it is here.
    await nextTurn();
    if (this.#messages.length > 0) {
      const taken = this.#messages;
      this.#messages = [];
      this.#bytes = 0;
      this.#call.resume();
      return taken;
    }
    if (this.#failure !== undefined) throw this.#failure;
    return [];
  }

  fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  /** Ends the read. May be repeated. */
  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#call.cancel();
    this.#call.resume();
    this.#messages = [];
    this.#told.cancelled();
  }

  #hold(message: streams.ReadResp): void {
    if (this.#cancelled) return;
    this.#messages.push(message);
    const event = message.getEvent()?.getEvent();
    this.#bytes += event ? event.getData_asU8().byteLength + event.getCustomMetadata_asU8().byteLength : 0;
    if (this.#bytes >= MAX_BYTES || this.#messages.length >= MAX_MESSAGES) this.#call.pause();
    this.#wake?.();
  }

  #more(patienceMs: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer =
        patienceMs === undefined
          ? undefined
          : setTimeout(() => this.fail(new Error(`nothing came from the server for ${patienceMs} ms`)), patienceMs);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
