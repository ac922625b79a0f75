import type { FoundOrigin } from '../query/origin.ts';
import type { StreamNumber } from '../query/snapshot.ts';
import { seesStream } from '../query/stream-sight.ts';
import type { Asking } from './answer.ts';

/** Of what was found by a printed number, what the viewer may read or is shown a unit of. */
export function byPrintSeen(
  { snapshot, sight }: Asking,
  { byPrint = [] }: FoundOrigin,
  units: readonly { readonly batch: StreamNumber }[],
): StreamNumber[] {
  const shown = new Set(units.map(({ batch }) => batch));
  return byPrint.filter((stream) => shown.has(stream) || seesStream(snapshot, sight, stream));
}
