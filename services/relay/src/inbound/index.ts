export { type Inbound, type InboundOptions, inboundGroup, inboundMetrics, openInbound } from './inbound-service.ts';
export { ReceiptMessage } from './receipt-message.ts';
