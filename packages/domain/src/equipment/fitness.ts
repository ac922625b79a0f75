import type { Calibration, EquipmentState } from './state.ts';

/** The newest calibration done by then. @param at milliseconds since 1970 */
export function calibrationAt(state: EquipmentState, at: number): Calibration | undefined {
  return state.calibrations.findLast((calibration) => calibration.at <= at);
}

/** What speaks against having used a device at a moment. */
export type Unfit =
  | { readonly why: 'not-qualified' }
  | { readonly why: 'not-calibrated' }
  | { readonly why: 'calibration-overdue'; readonly due: string }
  | { readonly why: 'left-out-of-tolerance' }
  | { readonly why: 'failed'; readonly since: number }
  | { readonly why: 'alarm' };

/**
 * @param at milliseconds since 1970
 * @param day local day of that moment, by which a due date is read
 */
export function unfitAt(state: EquipmentState, at: number, day: string): Unfit[] {
  const qualification = state.qualifications.findLast((each) => each.at <= at);
  const calibration = calibrationAt(state, at);
  const unfit: Unfit[] = [];
  if (!qualification?.passed) unfit.push({ why: 'not-qualified' });
  if (state.needsCalibration && !calibration) unfit.push({ why: 'not-calibrated' });
  if (calibration && calibration.due < day) unfit.push({ why: 'calibration-overdue', due: calibration.due });
  if (calibration && !calibration.fit) unfit.push({ why: 'left-out-of-tolerance' });
  const failure = [...state.failures.values()].find((each) => covers(each, at));
  if (failure) unfit.push({ why: 'failed', since: failure.since });
  if ([...state.alarms.values()].some((alarm) => covers(alarm, at))) unfit.push({ why: 'alarm' });
  return unfit;
}

function covers({ since, until }: { readonly since: number; readonly until: number | null }, at: number): boolean {
  return since <= at && (until === null || at < until);
}
