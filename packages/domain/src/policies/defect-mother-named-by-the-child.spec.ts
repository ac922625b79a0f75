// The gate reads the birth mother of a newborn from the newborn's own record too, where no donation names her. The policies did not: a mother found
// ineligible, or who withdrew, quarantined and held nothing of what her child had given, and no recipient was listed as exposed.
import { describe, expect, it } from 'vitest';
import { consentWithdrawn } from './consent-withdrawn.ts';
import { donorIneligible } from './donor-ineligible.ts';
import { actionsOver, told } from './following.ts';
import { postDonationInformation } from './post-donation-information.ts';
import {
  batchId,
  determined,
  informed,
  infused,
  origins,
  registered,
  sighting,
  split,
  treatmentId,
  withdrawn,
} from './sightings.ts';

const child = sighting('person-baby-1', 'registered', { role: 'donor', newborn: true, birthMother: 'mother-1' });
const given = registered(1, 'baby-1');
const made = [origins(1, [1]), split(1, 1, 2)];
const quarantine = `batch.quarantined.v1 ${batchId(1)}`;

describe('a birth mother whom only her child’s record names', () => {
  const orders = {
    'before the donation': [child, given, ...made],
    'after the donation': [given, child, ...made],
    'after the batch': [given, ...made, child],
  };

  it.each(Object.entries(orders))('is found ineligible for all that the child gave, named %s', (_, log) => {
    const actions = actionsOver(donorIneligible, [...log, infused(1, 1, 7), determined('mother-1', 'ineligible')]);
    expect(told(actions)).toEqual([quarantine, `treatment.deviation-raised.v1 ${treatmentId(7)}`]);
    expect(told(actionsOver(donorIneligible, [determined('mother-1', 'ineligible'), ...log]))).toEqual([quarantine]);
  });

  it.each(Object.entries(orders))('withdraws what the child gave, and may be learned of, named %s', (_, log) => {
    expect(told(actionsOver(consentWithdrawn, [...log, withdrawn('mother-1')]))).toEqual([`batch.held.v1 ${batchId(1)}`]);
    expect(told(actionsOver(postDonationInformation, [...log, informed('mother-1')]))).toEqual([
      `batch.deviation-raised.v1 ${batchId(1)}`,
    ]);
  });

  it('is not she where the donation names another', () => {
    const other = registered(1, 'baby-1', { birthMother: 'mother-2' });
    for (const log of [
      [child, other, ...made],
      [other, ...made, child],
    ]) {
      expect(told(actionsOver(donorIneligible, [...log, determined('mother-1', 'ineligible')]))).toEqual([]);
    }
  });
});
