import * as z from 'zod';
import { Uuid } from './ids.ts';

/** A list in one event has at most 400 entries, on every store: beyond it, ranges or several events. */
export const LIST_LIMIT = 400;

/** A unit's place in its batch's count, from 1. */
export const Ordinal = z.int().min(1).max(1_000_000);
export type Ordinal = z.infer<typeof Ordinal>;

/** Both ends belong to the range. */
export const OrdinalRange = z
  .strictObject({ from: Ordinal, to: Ordinal })
  .refine(({ from, to }) => from <= to, { error: 'a range begins at or before its end', path: ['to'] });
export type OrdinalRange = z.infer<typeof OrdinalRange>;

/** Which units of a batch a decision is about. Ranges ascend and do not touch each other's units; a unit is named once. */
export const Scope = z.union([
  z.literal('whole-batch'),
  z.strictObject({
    ranges: z
      .array(OrdinalRange)
      .min(1)
      .max(LIST_LIMIT)
      .refine((ranges) => ranges.every((range, i) => i === 0 || ranges[i - 1]!.to < range.from), {
        error: 'ranges ascend and do not overlap',
      }),
  }),
  z.strictObject({
    units: z
      .array(Uuid)
      .min(1)
      .max(LIST_LIMIT)
      .refine((units) => new Set(units).size === units.length, { error: 'a unit is named once' }),
  }),
]);
export type Scope = z.infer<typeof Scope>;

/** Whether a decision of this scope is about the unit. */
export function covers(scope: Scope, unit: { readonly id: string; readonly ordinal: number }): boolean {
  if (scope === 'whole-batch') return true;
  if ('units' in scope) return scope.units.includes(unit.id);
  return scope.ranges.some(({ from, to }) => from <= unit.ordinal && unit.ordinal <= to);
}
