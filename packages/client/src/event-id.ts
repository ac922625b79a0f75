import { v7 } from 'uuid';

/** A new id of an event: UUIDv7 (RFC 9562 §5.7), later than every one that this process made before. */
export function newEventId(): string {
  return v7();
}
