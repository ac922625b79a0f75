export { appendLimits, checkAppend } from './append-rules.ts';
export { openEventStore } from './open-event-store.ts';
export {
  type Appended,
  type AppendOptions,
  type BasisHead,
  type Batch,
  comparePositions,
  type EventStore,
  EventStoreError,
  type EventStoreErrorCode,
  type EventStoreErrorDetails,
  type EventToAppend,
  type ExpectedRevision,
  type Head,
  type Position,
  parsePosition,
  type ReadAllOptions,
  type ReadStreamOptions,
  type StoredEvent,
  type SubscribeOptions,
} from './port.ts';
export { openSqliteEventStore, type SqliteEventStoreOptions } from './sqlite/index.ts';
