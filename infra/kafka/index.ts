export { whyNoKafka } from './artefacts.ts';
export { KafkaServerError } from './errors.ts';
export { type KafkaCluster, type KafkaClusterOptions, startKafka } from './kafka-cluster.ts';
export { type CommittedRecord, readCommitted } from './read-committed.ts';
