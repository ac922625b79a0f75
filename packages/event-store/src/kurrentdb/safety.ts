import { EventStoreError } from '../port.ts';
import type { Connection } from './connection.ts';
import { type Patience, readEach } from './read.ts';
import { type RecordedEvent, storedEvent, streamOf, typeOf } from './recorded-event.ts';
import { readAllRequest, readTypesRequest } from './requests.ts';

const LOSES_EVENTS = ['$maxAge', '$maxCount', '$tb'] as const;

/**
 * A server that may forget, or that serves others too, holds no log of ours. Looks at the newest metadata of every stream, which
 * takes one pass of the server over its log, and at the first event.
 *
 * @throws EventStoreError with code `unsafe-configuration`, which names the stream and what is set on it.
 */
export async function refuseUnsafe(connection: Connection, patience: Patience): Promise<void> {
  const unsafe = new Map<string, string>();
  const look = (event: RecordedEvent) => {
    const stream = streamOf(event);
    if (typeOf(event) === '$streamDeleted' && !stream.startsWith('$')) unsafe.set(stream, 'a tombstone');
    if (typeOf(event) !== '$metadata' || !/^\$\$[^$]/.test(stream)) return;
    const set = retentionIn(event);
    if (set.length > 0) unsafe.set(stream.slice(2), set.join(', '));
    else unsafe.delete(stream.slice(2));
  };
  await readEach(connection, () => readTypesRequest(['$metadata', '$streamDeleted']), look, patience);
  const [first] = unsafe;
  if (first) {
    const [stream, set] = first;
    throw new EventStoreError(
      'unsafe-configuration',
      `stream ${stream} has ${set}${unsafe.size > 1 ? ` (and ${unsafe.size - 1} more streams likewise)` : ''}: the server would forget events of a log that must keep them all`,
      { stream },
    );
  }
  await readEach(
    connection,
    () => readAllRequest({ direction: 'forwards', limit: 1 }),
    (event) => void storedEvent(event),
    patience,
  );
}

function retentionIn(event: RecordedEvent): readonly string[] {
  const metadata: unknown = JSON.parse(Buffer.from(event.getData_asU8()).toString('utf8'));
  return typeof metadata === 'object' && metadata !== null ? LOSES_EVENTS.filter((name) => name in metadata) : [];
}
