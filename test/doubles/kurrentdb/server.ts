import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { appendCall } from './append.ts';
import { batchAppendCall } from './batch-append.ts';
import { Faults } from './faults.ts';
import { supportedMethods } from './features.ts';
import { gossipCall } from './gossip.ts';
import { journalIn } from './journal.ts';
import { Link } from './link.ts';
import { Log } from './log.ts';
import { type Counts, readCall } from './read.ts';
import { deleteCall, tombstoneCall } from './removal.ts';

export type KurrentDoubleOptions = {
  /** Keeps the log in this file, so that a double started later goes on from it. Default: in memory only. */
  readonly file?: string;
};

export type KurrentDouble = {
  /** A connection string for the client. */
  readonly url: string;
  readonly log: Log;
  readonly faults: Faults;
  readonly counts: Counts;
  /** Breaks every connection; new ones are accepted. */
  cut(): void;
  /** Breaks every connection and refuses new ones, as while the server is restarted; what was stored stays. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
};

/** A KurrentDB server on a free loopback port, as far as an event log needs one: the client's own protocol over a log in memory. */
export async function startKurrentDouble(options: KurrentDoubleOptions = {}): Promise<KurrentDouble> {
  const log = new Log(options.file === undefined ? undefined : journalIn(options.file));
  const counts: Counts = { requests: 0, sent: 0 };
  const faults = new Faults(() => link.cut());
  const server = new Server();
  server.addService(StreamsService, {
    read: readCall(log, counts),
    append: appendCall(log, faults, counts),
    batchAppend: batchAppendCall(log, faults),
    delete: deleteCall(log),
    tombstone: tombstoneCall(log),
  });
  server.addService(ServerFeaturesService, { getSupportedMethods: supportedMethods });
  server.addService(GossipService, { read: gossipCall(() => link.port) });
  const link = new Link(await bind(server));
  await link.open();
  return {
    url: `esdb://127.0.0.1:${link.port}?tls=false`,
    log,
    faults,
    counts,
    cut: () => link.cut(),
    goAway: () => link.close(),
    comeBack: () => link.open(),
    async stop() {
      await link.close();
      server.forceShutdown();
    },
  };
}

function bind(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port)));
  });
}
