import type { StoredEvent } from '@cytoledger/event-store';
import type { Caller } from '@cytoledger/service-kit';
import { knownBy } from '../query/origin.ts';
import { seesStream } from '../query/stream-sight.ts';
import { refusalOf } from '../refusals.ts';
import type { TraceModel } from '../trace-model.ts';
import type { Asking } from '../traces/answer.ts';
import { readerOf } from '../viewer-of.ts';
import { type EntryAt, showsBody, sightOf } from './history.ts';

/** What somebody gets of an event: all, its header only, or no word that it is there. */
export type Shown = 'whole' | 'header' | 'nothing';

/**
 * What a caller may see of a page of the log, for each event: the streams and the bodies that `/v1/streams/{stream}/history` would show them
 * at this moment.
 *
 * @throws Refusal 503 `not-yet` while the read model does not know of the page
 */
export async function sightOfPage(
  trace: TraceModel,
  caller: Caller,
  page: readonly StoredEvent[],
  signal: AbortSignal,
): Promise<Shown[]> {
  const viewer = readerOf(caller);
  try {
    return await trace.ask(viewer, { minPosition: page.at(-1)?.position, signal }, (asking) => {
      const seen = new Map<string, Sighted>();
      return page.map(({ stream, body }) => {
        let sight = seen.get(stream);
        if (sight === undefined) {
          sight = sighted(asking, stream);
          seen.set(stream, sight);
        }
        if (sight === null) return 'nothing';
        return showsBody(sight, textOf(body)) ? 'whole' : 'header';
      });
    });
  } catch (error) {
    throw refusalOf(error);
  }
}

type Sighted = Omit<EntryAt, 'seq'> | null;

function sighted(asking: Asking, stream: string): Sighted {
  const number = knownBy(asking.snapshot, stream);
  if (number === undefined || !seesStream(asking.snapshot, asking.sight, number)) return null;
  return sightOf(asking, number);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
