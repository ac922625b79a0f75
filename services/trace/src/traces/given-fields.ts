import { batches } from '@cytoledger/domain';
import type { GivenFound } from '../query/given.ts';
import { amount } from './amounts.ts';

/** What every answer about an infusion says of how much was given. */
export type GivenFields = {
  /** As the treatment recorded it; otherwise the share of the unit’s cells that was given. */
  readonly dose: string | null;
  /** Whether only a part was given; null where it is not known. */
  readonly partial: boolean | null;
  readonly percentGiven: string | null;
  readonly remainder: string | null;
};

export const GIVEN_FIELDS = {
  dose: ['Dose', '剂量'],
  partial: ['Partial?', '部分输注？'],
  percentGiven: ['Given, %', '输注比例（%）'],
  remainder: ['Remainder', '余量'],
} as const;

export function givenFields(given: GivenFound | undefined, recorded: string | null): GivenFields {
  const { fraction = null, dose = null, remainder = null, remainder_fate: fate = null } = given ?? {};
  const isPartial = fraction === null ? null : batches.isPart(fraction);
  return {
    dose: amount(recorded ?? dose),
    partial: isPartial,
    percentGiven: fraction,
    remainder: isPartial ? [amount(remainder), fate].filter(Boolean).join(', ') || null : null,
  };
}
