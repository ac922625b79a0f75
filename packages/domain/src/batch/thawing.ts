import { isBefore } from './scoped.ts';
import type { Unit } from './state.ts';

/** Whether the unit had been thawed by then. What is entered late and happened before the thaw does not count as after it. */
export function isThawedBy(unit: Unit, occurredAt: string | null): boolean {
  return unit.thawed !== null && !isBefore(occurredAt, unit.thawed.occurredAt);
}

type Thaw = { readonly occurredAt: string | null; readonly expiry: string | null };

/**
 * The clock runs from the first thaw, and the earliest expiry holds: a second entry about the same bag does not win it more time. Where the
 * time of one is not known, the first is not known until that entry is corrected.
 */
export function firstThaw<T extends Thaw>(held: T | null, next: T): T {
  if (!held) return next;
  const isFirst = held.occurredAt !== null && (next.occurredAt === null || isBefore(next.occurredAt, held.occurredAt));
  const isSooner = held.expiry === null || isBefore(next.expiry, held.expiry);
  return { ...(isFirst ? next : held), expiry: isSooner ? next.expiry : held.expiry };
}
