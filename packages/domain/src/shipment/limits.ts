import { z } from 'zod';
import { batch } from '../batch/index.ts';
import type { Context } from '../kernel/index.ts';
import { compareDecimal, Decimal } from '../quantity/index.ts';
import { product } from '../registry/index.ts';

/** A week: longer than any transport may be warm, by whatever specification. */
const MAX_MINUTES = 7 * 24 * 60;

export const TransportLimits = z.strictObject({
  minimum: Decimal.describe('°C'),
  maximum: Decimal.describe('°C'),
  cumulativeMinutes: z.int().min(0).max(MAX_MINUTES).describe('Longest time outside, summed over the transport'),
});
export type TransportLimits = z.output<typeof TransportLimits>;

/** What the specification versions of these batches allow, the narrowest of each; null where none says anything. */
export function limitsOf(batchIds: readonly string[], context: Context): TransportLimits | null {
  const states = context.states(batch, batchIds);
  const allowed = batchIds.flatMap((id) => {
    const bound = states.get(id)?.product;
    return (bound && context.state(product, bound.id)?.specifications.get(bound.specification)?.transport) ?? [];
  });
  return narrowest(allowed);
}

export function narrowest(limits: readonly TransportLimits[]): TransportLimits | null {
  const [first, ...more] = limits;
  if (!first) return null;
  return more.reduce(
    (held, next) => ({
      minimum: compareDecimal(next.minimum, held.minimum) > 0 ? next.minimum : held.minimum,
      maximum: compareDecimal(next.maximum, held.maximum) < 0 ? next.maximum : held.maximum,
      cumulativeMinutes: Math.min(held.cumulativeMinutes, next.cumulativeMinutes),
    }),
    first,
  );
}

export function isWider(stated: TransportLimits, allowed: TransportLimits): boolean {
  return (
    compareDecimal(stated.minimum, allowed.minimum) < 0 ||
    compareDecimal(stated.maximum, allowed.maximum) > 0 ||
    stated.cumulativeMinutes > allowed.cumulativeMinutes
  );
}

export function shown({ minimum, maximum, cumulativeMinutes }: TransportLimits): string {
  return `${minimum}…${maximum} °C, ${cumulativeMinutes} min`;
}
