import { z } from 'zod';
import { LIST_LIMIT, Uuid } from '../vocabulary/index.ts';

/** A unit, by the batch that made it. */
export const Packed = z.strictObject({ batch: Uuid, unit: Uuid });
export type Packed = z.output<typeof Packed>;

/** Up to 400 units, each named once. */
export function eachOnce<T extends z.ZodType<Packed>>(item: T) {
  return z
    .array(item)
    .min(1)
    .max(LIST_LIMIT)
    .refine((units) => new Set(units.map(keyOf)).size === units.length, { error: 'a unit is named once' });
}

export function keyOf({ batch, unit }: Packed): string {
  return `${batch}/${unit}`;
}

/** In the order in which the batches come first. */
export function byBatch<T extends Packed>(units: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const grouped = new Map<string, T[]>();
  for (const each of units) {
    const group = grouped.get(each.batch);
    if (group) group.push(each);
    else grouped.set(each.batch, [each]);
  }
  return grouped;
}

/** Those of the first list that the second does not name. */
export function without(units: readonly Packed[], others: readonly Packed[]): Packed[] {
  const named = new Set(others.map(keyOf));
  return units.filter((each) => !named.has(keyOf(each)));
}
