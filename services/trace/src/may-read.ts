import { parsePosition } from '@cytoledger/event-store';
import type { Caller } from '@cytoledger/service-kit';
import { TraceError } from './errors.ts';
import { knownBy } from './query/origin.ts';
import { seesStream } from './query/stream-sight.ts';
import { refusalOf } from './refusals.ts';
import type { TraceModel } from './trace-model.ts';
import { readerOf } from './viewer-of.ts';

/**
 * Whether a caller may read a stream of which the event at `position` is one, as `/v1/streams/{stream}/history` decides it.
 *
 * @throws Refusal
 */
export async function requireSight(
  trace: TraceModel,
  caller: Caller,
  stream: string,
  position: string,
  signal: AbortSignal,
): Promise<void> {
  const viewer = readerOf(caller);
  try {
    await trace.ask(viewer, { minPosition: parsePosition(position), signal }, ({ snapshot, sight }) => {
      const number = knownBy(snapshot, stream);
      if (number === undefined || !seesStream(snapshot, sight, number))
        throw new TraceError('not-found', `nothing is known of ${stream} at this moment`);
    });
  } catch (error) {
    throw refusalOf(error);
  }
}
