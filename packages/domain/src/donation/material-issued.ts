import { z } from 'zod';
import { broken, derivedFact, record, type Violation } from '../kernel/index.ts';
import { type Amount, addQuantities, compareQuantities, MaterialQuantity } from '../quantity/index.ts';
import { Uuid } from '../vocabulary/index.ts';
import { donationRules } from './rules.ts';
import { type DonationState, donation } from './state.ts';

/**
 * What a donation gave to a batch, appended before the batch's opening because the donation is authoritative for what it gave. Material that was
 * rejected or quarantined, or more than there was, is issued all the same: it has been used, and a look-back needs to know.
 */
export const materialIssued = derivedFact(donation, 'material-issued', {
  title: { en: 'Material issued', zh: '材料发出' },
  schema: z.strictObject({
    into: Uuid.describe('Batch that took it'),
    quantity: MaterialQuantity.optional().describe('All of it when left out'),
  }),

  decide: ({ into, quantity }, state) => {
    const outcome = state.received?.outcome;
    return record(
      !state.collected && broken(donationRules.collectionMissing),
      outcome && outcome !== 'accepted' && broken(donationRules.issuedUnaccepted, '/into', { outcome, into }),
      state.discarded?.whole && broken(donationRules.issuedDiscarded, '/into', { into }),
      quantity && overdrawn(quantity, into, state),
    );
  },

  evolve: (state, { id, data }) => {
    state.issues.set(data.into, { event: id, into: data.into, quantity: data.quantity ?? null, returned: null });
  },
});

/** Compares with what was collected of the same kind; where nothing comparable was measured nothing can be said. */
function overdrawn(quantity: MaterialQuantity, into: string, state: DonationState): Violation | undefined {
  const available = state.collected?.quantities.find(
    (each) => each.what === quantity.what && compareQuantities(each, quantity).ok,
  );
  if (!available) return undefined;
  const given = [...state.issues.values()].filter((issue) => issue.returned === null && issue.into !== into);
  // Who took it without saying how much took all of it.
  const issued = [quantity, ...given.map((issue) => issue.quantity ?? available)].reduce<Amount>(
    (sum, amount) => {
      const added = addQuantities(sum, amount);
      return added.ok ? added.value : sum;
    },
    { value: '0', unit: available.unit },
  );
  const compared = compareQuantities(issued, available);
  if (!compared.ok || compared.value <= 0) return undefined;
  return broken(donationRules.issuedMore, '/quantity', {
    what: quantity.what ?? 'other',
    issued: issued.value,
    collected: available.value,
    unit: available.unit,
  });
}
