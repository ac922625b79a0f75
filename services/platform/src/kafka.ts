import type { Commands } from '@cytoledger/commands';
import { batches, oversight } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import { openKafkaBroker, openKafkaSender } from '@cytoledger/messaging';
import { inboundMetrics, openInbound, openRelay, relayMetrics, relayService } from '@cytoledger/relay';
import type { FactRoute, Metrics, Service } from '@cytoledger/service-kit';
import type { Logger } from 'pino';
import { type Config, ConfigError, mounts } from './config.ts';

export type KafkaParts = {
  readonly store: EventStore;
  readonly commands: Commands;
  readonly origin: string;
  /** As over HTTP: of these, what may be said by message. */
  readonly facts: readonly FactRoute[];
  readonly metrics: Metrics;
  readonly logger: Logger;
};

/** What testing laboratories and quality-control centres may say by message. */
const BY_MESSAGE: readonly string[] = [
  batches.testRecorded.type,
  batches.deviationRaised.type,
  oversight.queryRaised.type,
  oversight.queryClosed.type,
];

/**
 * Log to topics (`relay`) and results and queries to commands (`inbound`), where brokers are configured.
 *
 * @throws ConfigError where one of them is asked for and no broker is
 */
export function kafkaServices(config: Config, parts: KafkaParts): Service[] {
  const { kafka, services } = config;
  if (!kafka) {
    const asked = services.find((name) => name === 'relay' || name === 'inbound');
    if (asked) throw new ConfigError(`SERVICES: ${asked} needs KAFKA_BROKERS`);
    return [];
  }
  return [
    ...(mounts(config, 'relay') ? [relayTo(kafka, parts)] : []),
    ...(mounts(config, 'inbound') ? [inboundFrom(kafka, parts)] : []),
  ];
}

type Kafka = NonNullable<Config['kafka']>;

function relayTo({ settings, relayId, partitions }: Kafka, { store, origin, metrics, logger }: KafkaParts): Service {
  const broker = openKafkaBroker({ ...settings, clientId: 'cytoledger-relay' }, (message) => logger.debug(message));
  const relay = openRelay({
    ...{ store, broker, origin, partitions },
    ...(relayId !== undefined && { id: relayId }),
    log: (level, message) => logger[level](message),
  });
  relayMetrics(relay, metrics);
  return relayService(relay, () => broker.close());
}

function inboundFrom({ settings }: Kafka, { commands, origin, facts, metrics, logger }: KafkaParts): Service {
  const mentioned = (message: string) => logger.debug(message);
  const own = { ...settings, clientId: 'cytoledger-inbound' };
  const routes = facts.filter(({ fact }) => BY_MESSAGE.includes(fact.type));
  const inbound = openInbound({
    broker: openKafkaBroker(own, mentioned),
    sender: openKafkaSender(own, mentioned),
    ...{ commands, origin, routes },
    log: (level, message) => logger[level](message),
  });
  inboundMetrics(inbound, metrics);
  return inbound.service;
}
