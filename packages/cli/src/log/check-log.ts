import { AttestError, type Body, checkSealed, leafHash } from '@cytoledger/attest';
import type { EventStore, StoredEvent } from '@cytoledger/event-store';

type LogFault = {
  /** As of {@link AttestError}, or `revision-mismatch`, `type-mismatch`, `log-not-created`. */
  readonly code: string;
  readonly stream: string;
  readonly seq: number;
  readonly position: string;
  readonly id: string;
  readonly message: string;
};

export type LogCheck = { readonly events: number; readonly streams: number; readonly fault: LogFault | null };

type Head = { readonly seq: number; readonly leaf: string; readonly recordedAt: string };

/** Called now and then with what has been checked. */
export type OnProgress = (events: number, streams: number) => void;

/**
 * Hashes every header and every body of the log again and follows every stream's chain, in log order, to the first thing that is not as it
 * was sealed. Memory grows with the number of streams, about 200 bytes each.
 */
export async function checkLog(store: EventStore, onProgress: OnProgress = () => {}, signal?: AbortSignal): Promise<LogCheck> {
  const heads = new Map<string, Head>();
  let events = 0;
  for await (const page of store.readAll()) {
    for (const event of page) {
      const fault = events === 0 && event.type !== 'log.created.v1' ? notCreated(event) : checkEvent(event, heads);
      if (fault) return { events, streams: heads.size, fault };
      events++;
    }
    onProgress(events, heads.size);
    if (signal?.aborted) break;
  }
  return { events, streams: heads.size, fault: null };
}

function checkEvent(event: StoredEvent, heads: Map<string, Head>): LogFault | undefined {
  try {
    const previous = heads.get(event.stream) ?? null;
    const { header, body } = checkSealed({ header: event.header, body: event.body, previous });
    const misplaced = misplacedIn(event, {
      seq: header.seq,
      id: header.id,
      stream: header.stream,
      type: (body as Body).content.type,
    });
    if (misplaced) return misplaced;
    heads.set(event.stream, { seq: header.seq, leaf: leafHash(event.header), recordedAt: header.recordedAt });
    return undefined;
  } catch (error) {
    if (!(error instanceof AttestError)) throw error;
    return faultAt(event, error.code, error.message);
  }
}

/** What the store says about an event must be what the event says about itself. */
function misplacedIn(event: StoredEvent, said: { seq: number; id: string; stream: string; type: string }): LogFault | undefined {
  if (said.stream !== event.stream) return faultAt(event, 'stream-mismatch', `the header says ${said.stream}`);
  if (said.seq !== event.revision) return faultAt(event, 'revision-mismatch', `the header says seq ${said.seq}`);
  if (said.id !== event.id) return faultAt(event, 'id-mismatch', `the header says ${said.id}`);
  if (said.type !== event.type) return faultAt(event, 'type-mismatch', `the content says ${said.type}`);
  return undefined;
}

function notCreated(event: StoredEvent): LogFault {
  return faultAt(event, 'log-not-created', 'the first event of a log is log.created');
}

function faultAt({ stream, revision, position, id }: StoredEvent, code: string, message: string): LogFault {
  return { code, stream, seq: revision, position, id, message };
}
