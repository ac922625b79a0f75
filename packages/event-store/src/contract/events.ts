import { randomBytes } from 'node:crypto';
import type { EventStore, EventToAppend, StoredEvent } from '../port.ts';

const utf8 = new TextEncoder();
let lastTime = 0;
let counter = 0;

/** A fresh UUIDv7, ascending within this process (RFC 9562 section 6.2, method 1). */
export function newId(): string {
  const now = Date.now();
  if (now > lastTime) {
    lastTime = now;
    counter = 0;
  } else if (++counter > 0xfff) {
    lastTime++;
    counter = 0;
  }
  const time = lastTime.toString(16).padStart(12, '0');
  const random = randomBytes(8);
  random[0] = (random[0]! & 0x3f) | 0x80;
  const tail = random.toString('hex');
  const sequence = counter.toString(16).padStart(3, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

export function newStream(prefix = 'batch-'): string {
  return `${prefix}${newId()}`;
}

export type EventShape = {
  readonly id?: string;
  readonly type?: string;
  readonly header?: Uint8Array;
  readonly body?: Uint8Array;
  /** Pads the header, JSON that holds the id, to exactly so many bytes. */
  readonly headerBytes?: number;
  /** Makes a body of exactly so many bytes. */
  readonly bodyBytes?: number;
};

/** An event with a fresh id, which also stands in its header, as in each that Cytoledger seals. */
export function newEvent(shape: EventShape = {}): EventToAppend {
  const id = shape.id ?? newId();
  return {
    id,
    type: shape.type ?? 'batch.passaged.v1',
    header: shape.header ?? headerOf(id, shape.headerBytes),
    body:
      shape.body ?? (shape.bodyBytes === undefined ? utf8.encode(`{"of":"${id}"}`) : new Uint8Array(shape.bodyBytes).fill(0x61)),
  };
}

export function newEvents(count: number, shape: Omit<EventShape, 'id'> = {}): EventToAppend[] {
  return Array.from({ length: count }, () => newEvent(shape));
}

function headerOf(id: string, bytes?: number): Uint8Array {
  const bare = `{"id":"${id}","pad":""}`;
  return utf8.encode(bytes === undefined ? bare : `{"id":"${id}","pad":"${'p'.repeat(bytes - bare.length)}"}`);
}

export async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) for (const item of page) all.push(item);
  return all;
}

export async function streamOf(store: EventStore, stream: string): Promise<StoredEvent[]> {
  return collect(store.readStream(stream));
}

/** The parts that must come back as they went in. */
export function asWritten(event: EventToAppend): EventToAppend {
  return { id: event.id, type: event.type, header: Uint8Array.from(event.header), body: Uint8Array.from(event.body) };
}

export function places(events: readonly StoredEvent[]): string[] {
  return events.map((event) => `${event.stream}@${event.revision} ${event.id}`);
}
