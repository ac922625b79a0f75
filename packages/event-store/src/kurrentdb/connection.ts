import { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { CallOptions, Metadata } from '@grpc/grpc-js';
import { EventStoreError } from '../port.ts';
import { Intake } from './intake.ts';

/**
 * What the client keeps to its subclasses, and `connectionString` makes none. From here on the calls are made with its own stubs and
 * its own channel (discovery, TLS, credentials, going over to the leader), because its commands lose what an event log needs: reads
 * parse a header that is JSON, and a batch append has no deadline and shares one table of waiting callers between all clients.
 */
type ClientInternals = {
  execute<T>(stub: typeof StreamsClient, name: string, action: (client: StreamsClient) => Promise<T>): Promise<T>;
  GRPCStreamCreator<T>(stub: typeof StreamsClient, name: string, create: (client: StreamsClient) => T): () => Promise<T>;
  callArguments(
    options: { requiresLeader: boolean; deadline?: number },
    call?: { deadline: number },
  ): [Metadata, Partial<CallOptions>];
  getChannel(): Promise<{ close(): void }>;
};

/** Nothing has left this process yet. */
export class NotSent extends Error {}

export class Connection {
  readonly #client: EventStoreDBClient;
  readonly #internals: ClientInternals;
  readonly #intakes = new Set<Intake>();
  readonly #ending = new AbortController();
  #used = false;

  /** @throws Error when the connection string is not one. */
  constructor(url: string) {
    this.#client = EventStoreDBClient.connectionString(url) as EventStoreDBClient;
    this.#internals = this.#client as unknown as ClientInternals;
  }

  /** Raised when the connection is closed. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /**
   * @throws NotSent when the deadline passed, or no server was found, before anything was sent; otherwise what gRPC reports.
   */
  async append(messages: readonly streams.AppendReq[], deadlineMs: number): Promise<streams.AppendResp> {
    this.#open();
    const deadline = Date.now() + deadlineMs;
    let sent = false;
    let expired = false;
    const calling = this.#internals.execute(StreamsClient, 'append', async (client) => {
      if (expired) throw new NotSent('the deadline passed while looking for a server');
      sent = true;
      return this.#call(client, messages, deadline);
    });
    calling.catch(() => {});
    const timer = Promise.withResolvers<never>();
    // gRPC watches the deadline of a call, not of the search for a server before it.
    const timeout = setTimeout(() => {
      expired = true;
      timer.reject(sent ? new Error('the deadline passed') : new NotSent('no server was found before the deadline'));
    }, deadlineMs + 100);
    try {
      return await Promise.race([calling, timer.promise]);
    } catch (error) {
      throw sent || error instanceof NotSent ? error : new NotSent(String(error), { cause: error });
    } finally {
      clearTimeout(timeout);
    }
  }

  #call(client: StreamsClient, messages: readonly streams.AppendReq[], deadline: number): Promise<streams.AppendResp> {
    return new Promise((resolve, reject) => {
      const [metadata, options] = this.#internals.callArguments({ requiresLeader: true }, { deadline });
      const call = client.append(metadata, options, (error, response) => (error ? reject(error) : resolve(response)));
      call.on('error', reject);
      for (const message of messages) call.write(message);
      call.end();
    });
  }

  /** Sends a read or a subscription. The intake must be cancelled when it is no longer wanted. */
  async read(request: streams.ReadReq): Promise<Intake> {
    this.#open();
    const intakes: Intake[] = [];
    const create = this.#internals.GRPCStreamCreator(StreamsClient, 'read', (client) => {
      const [metadata, options] = this.#internals.callArguments({ requiresLeader: true }, { deadline: Number.POSITIVE_INFINITY });
      const call = client.read(request, metadata, options);
      const intake = new Intake(call, () => this.#intakes.delete(intake));
      this.#intakes.add(intake);
      intakes.push(intake);
      return call;
    });
    await create();
    const [intake] = intakes as [Intake];
    if (this.ending.aborted) intake.fail(closedError());
    return intake;
  }

  /** Reads under way fail with `closed`. */
  async close(): Promise<void> {
    if (this.ending.aborted) return;
    this.#ending.abort();
    for (const intake of this.#intakes) intake.fail(closedError());
    if (!this.#used) return;
    await this.#client.dispose();
    const channel = await this.#internals.getChannel().catch(() => undefined);
    channel?.close();
  }

  #open(): void {
    if (this.ending.aborted) throw closedError();
    this.#used = true;
  }
}

export function closedError(): EventStoreError {
  return new EventStoreError('closed', 'the event store is closed');
}
