import { broken, type Check } from '../kernel/index.ts';
import { gateRules } from './gate-rules.ts';
import { isBefore } from './scoped.ts';
import { type BatchState, type Unit, withWholes } from './state.ts';
import { nameOf } from './unit-name.ts';

/**
 * What the record says of a bag holds for its parts, whichever was entered first: what is drawn from a bag that somebody was given of is no new
 * bag for somebody else, and what was thrown away cannot be drawn from.
 */
export function wholeFaults(state: BatchState, unit: Unit): Check {
  if (unit.parent === null) return undefined;
  const name = nameOf(unit);
  return withWholes(state, unit)
    .slice(1)
    .map((whole) => {
      const { infusion } = whole;
      if (infusion) {
        const { treatment, occurredAt } = infusion;
        return broken(gateRules.wholeStarted, '/unit', {
          ...{ unit: name, whole: nameOf(whole) },
          ...{ treatment, occurredAt: occurredAt ?? '?' },
        });
      }
      return isGone(whole) && broken(gateRules.wholeEnded, '/unit', { unit: name, whole: nameOf(whole), end: whole.end! });
    });
}

/** Drawn up is no such end, nor is an end that came after the drawing: an empty bag is thrown away. */
function isGone({ end, consumedInto, reconstituted, endedAt }: Unit): boolean {
  if (end === null || (end === 'consumed' && consumedInto === null)) return false;
  return !isBefore(reconstituted?.occurredAt, endedAt);
}

/** How a part arrived: as its bag did, where it arrived with it; the newest word of either counts. */
export function conditionOf(state: BatchState, unit: Unit): Unit['condition'] {
  if (unit.part === undefined) return unit.condition;
  return withWholes(state, unit).reduce<Unit['condition']>((held, { condition, receivedBy, lastShipment }) => {
    const isTheSame = receivedBy === unit.receivedBy && lastShipment === unit.lastShipment;
    if (!condition || !isTheSame) return held;
    if (!held) return condition;
    return condition.at > held.at || (condition.at === held.at && condition.seq > held.seq) ? condition : held;
  }, unit.condition);
}

/** Shipments of a unit; of a part those of its bag too, also where they are entered after the drawing. */
export function travelsOf(state: BatchState, unit: Unit): readonly string[] {
  if (unit.part === undefined) return [...unit.travelled];
  return [...new Set(withWholes(state, unit).flatMap(({ travelled }) => [...travelled]))];
}
