import { broken, type Check } from '../kernel/index.ts';
import { hospitalRules } from './hospital-rules.ts';
import type { BatchState } from './state.ts';

/** A report about units of which none is known cannot be applied; where some are known, the others are a finding. */
export function unknownUnits(state: BatchState, ids: readonly string[], at: string): Check {
  const unknown = ids.flatMap((unit, n) => (state.units.has(unit) ? [] : [{ unit, n }]));
  const rule = unknown.length === ids.length ? hospitalRules.unitsUnknown : hospitalRules.someUnitUnknown;
  return unknown.map(({ unit, n }) => broken(rule, `${at}/${n}`, { unit }));
}
