import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import { freePorts } from '../../infra/kafka/free-ports.ts';
import { startKafka, whyNoKafka } from '../../infra/kafka/index.ts';

/** The version that infra/kafka starts from its artefacts. */
const IMAGE = 'apache/kafka:4.1.1';
const INSIDE = 9093;

/** One real broker, that nothing is done to but asking. */
export type OneBroker = { readonly brokers: readonly string[]; stop(): Promise<void> };

/** Why there can be none on this machine: neither from its artefacts with a JDK, nor in a container. */
export async function whyNoBroker(): Promise<string | undefined> {
  const why = await whyNoKafka();
  if (why === undefined || (await hasDocker())) return undefined;
  return `${why}, and no Docker engine answers`;
}

/** Of the JDK where there is one, else in a container. */
export async function startBroker(): Promise<OneBroker> {
  return (await whyNoKafka()) === undefined ? startKafka() : inContainer();
}

/** On a port that is known before it starts: a broker tells its clients where it is. */
async function inContainer(): Promise<OneBroker> {
  const [port] = (await freePorts(1)) as [number];
  const container = await new GenericContainer(IMAGE)
    .withExposedPorts({ container: port, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_LISTENERS: `PLAINTEXT://0.0.0.0:${port},CONTROLLER://127.0.0.1:${INSIDE}`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_CONTROLLER_QUORUM_VOTERS: `1@127.0.0.1:${INSIDE}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(120_000)
    .start();
  return {
    brokers: [`127.0.0.1:${port}`],
    stop: async () => {
      await container.stop();
    },
  };
}

function hasDocker(): Promise<boolean> {
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}
