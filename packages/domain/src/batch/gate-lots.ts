import { broken, type Check } from '../kernel/index.ts';
import { lotOf, lotsBehind } from '../material/fitness.ts';
import type { MaterialState } from '../material/state.ts';
import { instant } from '../time/index.ts';
import type { GateReader } from './gate-moment.ts';
import { gateRules } from './gate-rules.ts';
import { type BatchState, batch, type Unit, withWholes } from './state.ts';
import { nameOf } from './unit-name.ts';

/**
 * Lots that were recalled, or found unfit after all, in the unit's batch, in every batch upstream, and in what the unit itself was diluted with. What
 * was distributed before is for people to decide about; until they have, the bedside is told and not refused, since a conditioned patient may have
 * nothing else.
 */
export function lotFaults(state: BatchState, unit: Unit, at: string | null, reader: GateReader): Check {
  const upstream = [...reader.states(batch, [...state.origins.batches]).values()];
  const diluents = withWholes(state, unit).flatMap(({ diluentLots = [] }) => diluentLots);
  const lots = new Set([...[state, ...upstream].flatMap((each) => [...(each?.lots ?? [])]), ...diluents]);
  if (lots.size === 0) return undefined;
  const owners = new Set([state, ...upstream].map((each) => each?.owner));
  const called = (lot: MaterialState) => lotOf(lot, owners.has(lot.owner) ? lot.owner : null);
  return lotsBehind(lots, reader).map(({ state: lot }) => {
    if (lot?.disposition?.kind === 'rejected' && !lot.recall)
      return broken(gateRules.lotRejected, '/unit', { unit: nameOf(unit), ...called(lot) });
    if (!lot?.recall) return undefined;
    const { occurredAt } = lot.recall;
    const isLater = at !== null && occurredAt !== null && instant(occurredAt) > instant(at);
    return !isLater && broken(gateRules.lotRecalled, '/unit', { unit: nameOf(unit), ...called(lot) });
  });
}
