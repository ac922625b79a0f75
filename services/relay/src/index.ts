export { RelayError, type RelayErrorCode } from './errors.ts';
export { type Feed, type FeedOptions, type FeedSight, openFeed } from './feed/index.ts';
export { type Inbound, type InboundOptions, inboundGroup, inboundMetrics, openInbound, ReceiptMessage } from './inbound/index.ts';
export { DEFAULT_PARTITIONS, openRelay, type Relay, type RelayOptions, type RelayState } from './relay.ts';
export { relayMetrics, relayService } from './service.ts';
