import type { Asking } from '../traces/answer.ts';
import { search } from '../views/search.ts';
import { idOf, type StreamNumber } from './snapshot.ts';
import { ITS_WHEREABOUTS } from './unit-rows.ts';

/** A unit, and the batch whose record tells of it. */
type Bag = { readonly batch: string; readonly unit: string };

/** Units that a site has or is to get and that are not used up. Asked on behalf of the site, or of oversight. */
export function bagsAtSite({ snapshot, sight }: Asking, site: string): Bag[] {
  if (!sight.everything && !sight.isOf(site)) return [];
  return snapshot
    .all<{ batch: StreamNumber; unit: string }>(
      `SELECT u.stream AS batch, u.key AS unit FROM units u CROSS JOIN whereabouts w
        WHERE {rows u} AND ${ITS_WHEREABOUTS} AND w.fate IS NULL AND (w.custodian = :site OR w.allocated_site = :site)
        ORDER BY u.row`,
      { site },
    )
    .map(({ batch, unit }) => ({ batch: idOf(snapshot.name(batch)), unit }));
}

/** Units that a scanned or typed code may mean, each once; of two batches that made one of the same id, both. */
export function bagsCalled(asking: Asking, code: string): Bag[] {
  const bags = search(asking, code).flatMap(({ id: batch, unit }) => (unit === null ? [] : [{ batch, unit }]));
  return [...new Map(bags.map((bag) => [`${bag.batch} ${bag.unit}`, bag])).values()];
}
