import { z } from 'zod';
import { broken, type Check, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { DiscardMethod, DiscardReason, Pseudonym, SiteCode } from '../vocabulary/index.ts';
import { donationRules } from './rules.ts';
import { type DonationState, donation } from './state.ts';

const MEANING = 'discard';

/** What is left of a donation is destroyed; a part of it where a quantity is stated. */
export const discarded = fact(donation, 'discarded', {
  title: { en: 'Donation discarded', zh: '捐献材料销毁' },
  signatures: { meaning: MEANING, count: 1 },
  corrects: ['reason', 'method', 'quantity', 'wasteManifest', 'occurredAt'],
  schema: withPersonal({
    reason: DiscardReason,
    method: DiscardMethod.optional(),
    quantity: MaterialQuantity.optional().describe('A part of it; all that is left where left out'),
    discarder: Pseudonym.optional().describe('Staff pseudonym; the reporting person where left out'),
    witness: Pseudonym.optional().describe('Staff pseudonym of somebody else'),
    wasteManifest: SiteCode.optional().describe('Number of the medical-waste transfer manifest (医疗废物转移联单)'),
    remarks: personal(z.string().max(2000)),
  }),

  decide: ({ method, discarder, witness, wasteManifest }, state, { actor, signers }) => {
    const who = discarder ?? actor.person;
    return record(
      !signers.some(({ meaning }) => meaning === MEANING) && broken(donationRules.discardUnsigned, '//signatures'),
      witness === undefined && broken(donationRules.witnessMissing, '/witness'),
      witness !== undefined && witness === who && broken(donationRules.witnessDiscarded, '/witness'),
      method === 'handed-to-waste-contractor' &&
        wasteManifest === undefined &&
        broken(donationRules.manifestMissing, '/wasteManifest'),
      state.discarded?.whole && broken(donationRules.discardedBefore),
      elsewhere(state, actor.org),
    );
  },

  evolve: (state, { id, occurredAt, data }) => {
    if (state.discarded?.whole) return;
    state.discarded = { event: id, occurredAt, whole: data.quantity === undefined };
  },
});

/** Whoever received it last has it; the procurement site until somebody did. */
function elsewhere({ received, procurementSite }: DonationState, org: string): Check {
  const custodian = received?.by ?? procurementSite;
  return custodian !== null && custodian !== org && broken(donationRules.discardedByOther, '', { custodian, org });
}
