import { broken, type Check } from '../kernel/index.ts';
import { instant } from '../time/index.ts';
import { reconstitutionRules } from './reconstitution-rules.ts';
import { type BatchState, type Unit, withWholes } from './state.ts';
import { firstThaw } from './thawing.ts';
import { nameOf } from './unit-name.ts';

/** Ordinals of drawn parts begin above all that a split can give, so that a split entered late takes no number away. */
const SPLIT_ORDINALS = 1_000_000;

export function ordinalOfDrawn(nth: number): number {
  return SPLIT_ORDINALS + nth;
}

/** The unit's thaw; of a drawn part that of its whole, also where that is entered after the drawing. */
export function thawOf(state: Pick<BatchState, 'units'>, unit: Unit): Unit['thawed'] {
  if (unit.part === undefined) return unit.thawed;
  return withWholes(state, unit).reduce<Unit['thawed']>((held, { thawed }) => (thawed ? firstThaw(held, thawed) : held), null);
}

/** Whether what was diluted is too old: the unit itself, or the unit from which it was drawn. */
export function reconstitutionFault(state: Pick<BatchState, 'units'>, unit: Unit, at: string): Check {
  const family = unit.part === undefined ? [unit] : withWholes(state, unit);
  const late = family.find(({ reconstituted }) => reconstituted?.expiry != null && instant(at) >= instant(reconstituted.expiry));
  const { occurredAt, expiry } = late?.reconstituted ?? {};
  return (
    late &&
    broken(reconstitutionRules.expired, '/unit', {
      unit: nameOf(unit),
      reconstituted: occurredAt ?? '?',
      expiry: expiry ?? '?',
    })
  );
}

/** Parts that were drawn from it. */
export function partsOf(state: Pick<BatchState, 'units'>, { id }: Unit): Unit[] {
  return [...state.units.values()].filter(({ parent, part }) => parent === id && part !== undefined);
}
