import { broken, type Check, type Rule } from '../kernel/index.ts';
import type { AsOf } from './gate-moment.ts';
import type { BatchState, Unit } from './state.ts';
import { nameOf } from './unit-name.ts';

type Stood = 'standing' | 'since';

/** The rule broken once for each quarantine, hold and recall of the unit, with `{restriction}` and `{reason}`. */
export function restrictionFaults(
  rule: Rule,
  state: BatchState,
  unit: Unit,
  moment: AsOf,
  at: string,
  stood: Stood = 'standing',
): Check {
  const lists = { quarantined: state.quarantines, held: state.holds, recalled: state.recalls };
  return Object.entries(lists).map(([restriction, list]) =>
    moment[stood](state, list, unit).map(({ reason }) => broken(rule, at, { unit: nameOf(unit), restriction, reason })),
  );
}
