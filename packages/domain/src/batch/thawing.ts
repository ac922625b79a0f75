import { isBefore } from './scoped.ts';
import type { Unit } from './state.ts';

/** Whether the unit had been thawed by then. What is entered late and happened before the thaw does not count as after it. */
export function isThawedBy(unit: Unit, occurredAt: string | null): boolean {
  return unit.thawed !== null && !isBefore(occurredAt, unit.thawed.occurredAt);
}
