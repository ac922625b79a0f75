import type { StaffTask } from './staff-tasks.ts';
import type { Authorisation, StaffState } from './state.ts';

/** Whether the organisation keeps this member's authorisations here at all: only then can one be missing. */
export function keepsAuthorisations(state: Pick<StaffState, 'authorisations'>): boolean {
  return state.authorisations.length > 0;
}

/** The authorisations for a task that hold on a local day, newest last. */
export function authorisationsOn(state: Pick<StaffState, 'authorisations'>, task: StaffTask, day: string): Authorisation[] {
  return state.authorisations.filter(
    (each) =>
      each.task === task &&
      each.from <= day &&
      (each.to === null || day <= each.to) &&
      (each.suspendedFrom === null || day < each.suspendedFrom),
  );
}
