export type NodeAddress = { readonly id: number; readonly port: number; readonly controllerPort: number };

/** The configuration of one node, broker and controller in one (KRaft), on loopback. */
export function serverProperties(node: NodeAddress, all: readonly NodeAddress[], folder: string): string {
  const replicas = Math.min(3, all.length);
  // One of three may be missing.
  const inSync = Math.max(1, replicas - 1);
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': node.id,
    listeners: `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${node.port}`,
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': all.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`).join(','),
    'log.dirs': folder,
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 4,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    // A node that was killed is missed sooner than in a data centre.
    'broker.session.timeout.ms': 4000,
    'broker.heartbeat.interval.ms': 1000,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
