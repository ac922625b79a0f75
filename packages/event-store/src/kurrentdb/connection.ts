import { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { CallOptions, Metadata } from '@grpc/grpc-js';
import { EventStoreError } from '../port.ts';
import { messageOf, needsNewChannel } from './failures.ts';
import { Intake } from './intake.ts';
import { NotSent } from './not-sent.ts';

/** How long a read looks for a server of the cluster, in milliseconds. */
const FIND_MS = 5_000;

/**
 * What the client keeps to its subclasses, and `connectionString` makes none. The calls here are made with its own stubs on its own
 * channel (discovery, TLS, credentials, going over to the leader), because its commands lose what an event log needs: reads parse a
 * header that is JSON, a batch append has no deadline and shares one table of waiting callers between all clients, and each read
 * that is left early closes the channel under the others.
 */
type ClientInternals = {
  execute<T>(stub: typeof StreamsClient, name: string, action: (client: StreamsClient) => Promise<T>): Promise<T>;
  handleError(stub: StreamsClient, error: Error): Promise<void>;
  callArguments(options: { requiresLeader: boolean }, call: { deadline: number }): [Metadata, Partial<CallOptions>];
  getChannel(): Promise<{ close(): void }>;
};

export class Connection {
  readonly #client: ClientInternals;
  readonly #intakes = new Set<Intake>();
  readonly #ending = new AbortController();
  #used = false;

  /** @throws Error when the connection string is not one. */
  constructor(url: string) {
    this.#client = EventStoreDBClient.connectionString(url) as unknown as ClientInternals;
  }

  /** Raised when the connection is closed. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** @throws NotSent when no server was found before the deadline; otherwise what gRPC reports. */
  async append(messages: readonly streams.AppendReq[], deadlineMs: number): Promise<streams.AppendResp> {
    const deadline = Date.now() + deadlineMs;
    const stub = await this.#stub(deadlineMs);
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        this.#report(stub, error);
        reject(error);
      };
      const call = onChannel(() =>
        stub.append(...this.#arguments(deadline), (error, response) => (error ? fail(error) : resolve(response))),
      );
      call.on('error', fail);
      for (const message of messages) call.write(message);
      call.end();
    });
  }

  /**
   * Sends a read or a subscription. The intake must be cancelled when it is no longer wanted.
   *
   * @throws NotSent when no server was found.
   */
  async read(request: streams.ReadReq): Promise<Intake> {
    const stub = await this.#stub(FIND_MS);
    const call = onChannel(() => stub.read(request, ...this.#arguments(Number.POSITIVE_INFINITY)));
    const intake: Intake = new Intake(call, {
      failed: (error) => this.#report(stub, error),
      cancelled: () => this.#intakes.delete(intake),
    });
    this.#intakes.add(intake);
    if (this.ending.aborted) intake.fail(closedError());
    return intake;
  }

  /** Reads under way fail with `closed`. */
  async close(): Promise<void> {
    if (this.ending.aborted) return;
    this.#ending.abort();
    for (const intake of [...this.#intakes]) {
      intake.fail(closedError());
      intake.cancel();
    }
    if (!this.#used) return;
    const channel = await this.#client.getChannel().catch(() => undefined);
    channel?.close();
  }

  async #stub(withinMs: number): Promise<StreamsClient> {
    if (this.ending.aborted) throw closedError();
    this.#used = true;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('no server was found in time')), withinMs);
    try {
      return await Promise.race([this.#client.execute(StreamsClient, 'stub', async (stub) => stub), late.promise]);
    } catch (error) {
      throw new NotSent(messageOf(error), { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  #arguments(deadline: number): [Metadata, Partial<CallOptions>] {
    return this.#client.callArguments({ requiresLeader: true }, { deadline });
  }

  #report(stub: StreamsClient, error: unknown): void {
    if (!this.ending.aborted && error instanceof Error && needsNewChannel(error)) {
      this.#client.handleError(stub, error).catch(() => {});
    }
  }
}

/** A channel that another call has just given up throws instead of taking a call. */
function onChannel<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new NotSent(messageOf(error), { cause: error });
  }
}

export function closedError(): EventStoreError {
  return new EventStoreError('closed', 'the event store is closed');
}
