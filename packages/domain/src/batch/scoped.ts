import { broken, type Check } from '../kernel/index.ts';
import { batchRules } from './rules.ts';
import type { BatchState, Unit, UnitEnd, UnitScope } from './state.ts';
import { END_ZH } from './wording.ts';

/** Units of the batch that a scope means, in the scope's order; those that are not recorded are left out. */
export function unitsIn(state: BatchState, scope: UnitScope): Unit[] {
  if (scope === 'whole-batch') return [...state.units.values()];
  if ('units' in scope) return scope.units.flatMap((id) => state.units.get(id) ?? []);
  return scope.ranges.flatMap(({ from, to }) => unitsBetween(state, from, to));
}

/** A range may be far wider than the batch: the shorter of the two is walked. */
function unitsBetween(state: BatchState, from: number, to: number): Unit[] {
  if (to - from > state.units.size) {
    return [...state.units.values()]
      .filter(({ ordinal }) => from <= ordinal && ordinal <= to)
      .sort((a, b) => a.ordinal - b.ordinal);
  }
  const found: Unit[] = [];
  for (let ordinal = from; ordinal <= to; ordinal++) {
    const unit = state.units.get(state.ordinals.get(ordinal) ?? '');
    if (unit) found.push(unit);
  }
  return found;
}

/** Unknown units cannot be written about; a range of which only a part is recorded is a finding, since the split may come late. */
export function scopeFaults(state: BatchState, scope: UnitScope, at = '/scope'): Check {
  if (scope !== 'whole-batch' && 'units' in scope) {
    return scope.units.map((unit, i) => !state.units.has(unit) && broken(batchRules.unitUnknown, `${at}/units/${i}`, { unit }));
  }
  if (unitsIn(state, scope).length === 0) return broken(batchRules.scopeEmpty, at);
  if (scope === 'whole-batch') return undefined;
  return scope.ranges.map(({ from, to }, i) => {
    const [asked, known] = [to - from + 1, unitsBetween(state, from, to).length];
    return known < asked && broken(batchRules.scopePartly, `${at}/ranges/${i}`, { from, to, asked, known });
  });
}

/** Says that something was done to units that had ended; what happened before the end and is entered late is no finding. */
export function endedFaults(units: readonly Unit[], occurredAt: string | null, at = '/scope'): Check {
  return units.map(
    (unit) =>
      unit.end !== null &&
      !isBefore(occurredAt, unit.endedAt) &&
      broken(batchRules.unitEnded, at, { unit: unit.id, end: unit.end, zh: END_ZH[unit.end] }),
  );
}

/** Ends a unit once: a second end is recorded as a finding and changes nothing. */
export function endUnit(unit: Unit, end: UnitEnd, occurredAt: string | null): void {
  if (unit.end !== null) return;
  unit.end = end;
  unit.endedAt = occurredAt;
}

/** Whether the first is known to be the earlier one. */
export function isBefore(a: string | null | undefined, b: string | null | undefined): boolean {
  return a != null && b != null && Date.parse(a) < Date.parse(b);
}
