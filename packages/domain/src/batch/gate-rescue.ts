import { broken, type Check } from '../kernel/index.ts';
import { instant } from '../time/index.ts';
import type { TreatmentState } from '../treatment/state.ts';
import { gateRules } from './gate-rules.ts';
import { type BatchState, type Unit, withWholes } from './state.ts';
import { nameOf } from './unit-name.ts';

/**
 * Whether the unit, or what it was drawn from, is what the treatment's physician signed for as rescue when the conditioning was authorised: cells kept
 * unmanipulated for this one patient, never released as a product and of no product that is planned.
 */
export function isRescueOf(state: BatchState, unit: Unit, planned: TreatmentState | undefined): boolean {
  const listed = planned?.conditioningAuthorised?.rescue ?? [];
  if (listed.length === 0) return false;
  const family = new Set(withWholes(state, unit).map(({ id }) => id));
  return listed.some((each) => each.batch === state.id && family.has(each.unit));
}

/** Whether the patient can do without the rescue no more at `at` (RFC 3339; null when unknown). Before, it is like any other cells. */
export function isRescueDue(state: BatchState, unit: Unit, planned: TreatmentState | undefined, at: string | null): boolean {
  const started = planned?.conditioningStarted;
  if (!started || !isRescueOf(state, unit, planned)) return false;
  return at === null || started.occurredAt === null || instant(started.occurredAt) <= instant(at);
}

/** What is to be known of a rescue before it is given. */
export function rescueFaults(state: BatchState, unit: Unit, planned: TreatmentState | undefined, at: string | null): Check {
  if (!isRescueOf(state, unit, planned)) return undefined;
  const physician = planned?.conditioningStarted?.physician ?? '?';
  return isRescueDue(state, unit, planned, at)
    ? broken(gateRules.rescue, '/unit', { unit: nameOf(unit), physician })
    : broken(gateRules.rescueEarly, '/unit', { unit: nameOf(unit) });
}
