import type { UnitFound } from './unit-rows.ts';

/** made = on hand + in transit + infused + sampled + consumed + discarded (+ unaccounted, where the closing of a split says how many were made). Parts that were drawn at the site come on top of what it says. */
export type Balance = {
  readonly made: number;
  readonly onHand: number;
  readonly inTransit: number;
  readonly infused: number;
  readonly sampled: number;
  readonly consumed: number;
  readonly discarded: number;
  readonly unaccounted: number;
};

type Account = 'onHand' | 'inTransit' | 'infused' | 'sampled' | 'consumed' | 'discarded';

/** @param stated units made by what the closings of splits say, where every batch in question has one; otherwise those recorded */
export function balanceOf(units: readonly Pick<UnitFound, 'fate' | 'in_transit' | 'part'>[], stated: number | null): Balance {
  const counts: Record<Account, number> = { onHand: 0, inTransit: 0, infused: 0, sampled: 0, consumed: 0, discarded: 0 };
  for (const unit of units) counts[accountOf(unit)]++;
  const drawn = units.filter(({ part }) => part !== null).length;
  const made = stated === null ? units.length : stated + drawn;
  return { made, ...counts, unaccounted: made - units.length };
}

function accountOf({ fate, in_transit }: Pick<UnitFound, 'fate' | 'in_transit'>): Account {
  return (fate as Exclude<Account, 'onHand' | 'inTransit'> | null) ?? (in_transit === 1 ? 'inTransit' : 'onHand');
}
