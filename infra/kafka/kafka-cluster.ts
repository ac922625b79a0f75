import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kafkaLibraries } from './artefacts.ts';
import { KafkaServerError } from './errors.ts';
import { freePorts } from './free-ports.ts';
import { KafkaNode } from './kafka-node.ts';
import { type NodeAddress, serverProperties } from './server-properties.ts';

const run = promisify(execFile);

/** Apache Kafka on this machine: KRaft, each node broker and controller. Nodes are numbered from 0. */
export type KafkaCluster = {
  /** `host:port` of every node, running or not. */
  readonly brokers: readonly string[];
  /** Process ids of those that run. */
  readonly pids: readonly number[];
  /** kill -9. */
  kill(node: number): Promise<void>;
  /** Starts a node that was killed or stopped again, on its old port and folder, and waits until it listens. */
  restart(node: number): Promise<void>;
  /** SIGSTOP and SIGCONT. */
  hold(node: number, signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Stops all; a temporary folder is removed. */
  stop(): Promise<void>;
};

export type KafkaClusterOptions = {
  /** Replication is 3 where there are three. */
  readonly nodes?: 1 | 3;
  /** Where topics live on, ports included; a temporary folder otherwise. */
  readonly folder?: string;
};

/**
 * Starts a broker, or three, and waits until each listens. They end with this process.
 *
 * @throws KafkaServerError
 */
export async function startKafka({ nodes = 1, folder }: KafkaClusterOptions = {}): Promise<KafkaCluster> {
  const libraries = await kafkaLibraries();
  const home = folder ?? (await mkdtemp(join(tmpdir(), 'kafka-')));
  await mkdir(home, { recursive: true });
  const addresses = await addressesIn(home, nodes);
  const cluster = await Promise.all(addresses.map((address) => prepared(address, addresses, home, libraries)));
  const stop = async () => {
    // Together: the last controllers wait for one another.
    await Promise.all(cluster.map((node) => node.stop()));
    if (folder === undefined) await rm(home, { recursive: true, force: true, maxRetries: 3 });
  };
  for (const node of cluster) node.begin();
  try {
    await Promise.all(cluster.map((node) => node.listens()));
  } catch (error) {
    await Promise.all(cluster.map((node) => node.kill()));
    if (folder === undefined) await rm(home, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
  return {
    brokers: cluster.map(({ address }) => address),
    get pids() {
      return cluster.map(({ pid }) => pid).filter((pid) => pid > 0);
    },
    kill: (node) => cluster[node]!.kill(),
    hold: (node, signal) => cluster[node]!.hold(signal),
    stop,
    restart: async (node) => {
      cluster[node]!.begin();
      await cluster[node]!.listens();
    },
  };
}

async function prepared(address: NodeAddress, all: readonly NodeAddress[], home: string, libraries: string): Promise<KafkaNode> {
  const folder = join(home, `node-${address.id}`);
  const properties = join(home, `node-${address.id}.properties`);
  await writeFile(properties, serverProperties(address, all, folder));
  const isNew = await access(join(folder, 'meta.properties')).then(
    () => false,
    () => true,
  );
  if (isNew) await format(libraries, await clusterId(home), properties);
  return new KafkaNode(address.port, libraries, properties);
}

async function format(libraries: string, id: string, properties: string): Promise<void> {
  const tool = ['-cp', join(libraries, '*'), 'kafka.tools.StorageTool', 'format', '-t', id, '-c', properties];
  await run('java', tool).catch((cause: unknown) => {
    throw new KafkaServerError('did-not-start', `Kafka's folder could not be made: ${(cause as Error).message}`, { cause });
  });
}

/** One for all nodes, chosen when the first folder is made. */
async function clusterId(home: string): Promise<string> {
  return (
    await remembered(join(home, 'cluster.json'), async () => ({ id: `c${randomBytes(16).toString('base64url').slice(1)}` }))
  ).id;
}

/** A folder that is kept keeps its ports: nodes know one another by them. */
function addressesIn(home: string, count: number): Promise<NodeAddress[]> {
  return remembered(join(home, 'ports.json'), async () => {
    const ports = await freePorts(2 * count);
    return Array.from({ length: count }, (_, n) => ({ id: n + 1, port: ports[2 * n]!, controllerPort: ports[2 * n + 1]! }));
  });
}

const making = new Map<string, Promise<unknown>>();

async function remembered<T>(path: string, make: () => Promise<T>): Promise<T> {
  const running = making.get(path);
  if (running) return running as Promise<T>;
  const answer = readFile(path, 'utf8').then(
    (text) => JSON.parse(text) as T,
    async () => {
      const made = await make();
      await writeFile(path, JSON.stringify(made));
      return made;
    },
  );
  making.set(path, answer);
  return answer.finally(() => making.delete(path));
}
