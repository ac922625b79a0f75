import type { GateReader } from './gate-moment.ts';
import { type BatchState, batch } from './state.ts';

/** Whether an organisation may call a batch back: it is in its records, or was made of a batch that is. */
export function mayRecall(state: BatchState | undefined, org: string | null, reader: Pick<GateReader, 'states'>): boolean {
  if (!state || state.owner === null || org === null) return false;
  if (state.owner === org) return true;
  const upstream = [...state.origins.batches];
  return upstream.length > 0 && [...reader.states(batch, upstream).values()].some((ancestor) => ancestor?.owner === org);
}
