export { type Acl, aclArguments, type Parties, topicAcls } from './acl.ts';
export type {
  Broker,
  IncomingMessage,
  OutgoingMessage,
  Subscribing,
  Subscription,
  TopicSpecification,
  TransactionalProducer,
} from './broker.ts';
export { CLOUD_EVENT_TYPE, sourceOf, type WrittenCloudEvent, writeCloudEvent } from './cloud-event.ts';
export { MessagingError, type MessagingErrorCode } from './errors.ts';
export { type BrokerSettings, readBrokerSettings } from './kafka/broker-settings.ts';
export { openKafkaBroker } from './kafka/kafka-broker.ts';
export { openKafkaSender } from './kafka/kafka-sender.ts';
export { partitionOf } from './partition.ts';
export { type ReceivedEvent, readCloudEvent } from './received-event.ts';
export type { Sender } from './sender.ts';
export { EVENT_TOPICS, TOPICS, topicOf } from './topics.ts';
export { traceparentOf } from './trace-context.ts';
