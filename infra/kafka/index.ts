export { whyNoKafka } from './artefacts.ts';
export { type KafkaCluster, startKafka } from './kafka-cluster.ts';
export { type CommittedRecord, readCommitted } from './read-committed.ts';
