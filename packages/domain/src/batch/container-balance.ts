import type { BatchState, Unit } from './state.ts';

/** Containers are whole things: their numbers are exact, whatever the cells in them do. */
export type ContainerBalance = {
  /** As the closing of the split states it, and what was drawn from units since; until then, as recorded. */
  readonly made: number;
  /** In storage or in use, at whatever site, and not on the way. */
  readonly onHand: number;
  readonly inTransit: number;
  readonly infused: number;
  readonly sampled: number;
  /** Used as input of another batch, or drawn up into parts that are counted themselves. */
  readonly consumed: number;
  readonly discarded: number;
  /** Made and not among the others. Negative where more units are recorded than were said to have been made. */
  readonly unaccounted: number;
};

type Account = 'onHand' | 'inTransit' | 'infused' | 'sampled' | 'consumed' | 'discarded';

/** made = on hand + in transit + infused + sampled + consumed + discarded + unaccounted, each unit counted once. */
export function containerBalance(state: BatchState): ContainerBalance {
  const counts: Record<Account, number> = { onHand: 0, inTransit: 0, infused: 0, sampled: 0, consumed: 0, discarded: 0 };
  for (const unit of state.units.values()) counts[accountOf(unit)]++;
  const made = state.splitsClosed ? state.splitsClosed.made + state.drawn : state.units.size;
  return { made, ...counts, unaccounted: made - state.units.size };
}

/** Where a unit is counted. What has ended is nowhere else. */
export function accountOf(unit: Pick<Unit, 'end' | 'inTransit'>): Account {
  return unit.end ?? (unit.inTransit ? 'inTransit' : 'onHand');
}
