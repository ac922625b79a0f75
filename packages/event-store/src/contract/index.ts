export { type ContractOptions, describeEventStore, type StoreUnderTest } from './describe-event-store.ts';
export { newEvent, newEvents, newId, newStream } from './events.ts';
export { type AppendingProcess, appendUntilKilled } from './killed-process.ts';
