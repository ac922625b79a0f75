import { donations, persons } from '@cytoledger/domain';
import { expect, it } from 'vitest';
import { openLaboratory, recordedOf, rulesOf, submission, uuid, verifiedLog } from './laboratory.fixture.ts';

const { registered, screened, eligibilityDetermined } = persons.examples;

/** Nothing at all fits in: every fold is forgotten at once. A decision that asked for a stream used to ask for ever. */
it.each([1, 4_000, 64 * 1024 * 1024])('gives the same answers with a cache of %i bytes', async (cacheBytes) => {
  const lab = await openLaboratory({ cacheBytes });
  try {
    const people = Array.from({ length: 8 }, (_, n) => `donor-000${n}`);
    const outcomes = await Promise.all(
      people.flatMap((person, n) => [
        lab.submit(persons.registered, person, registered({ newborn: true, birthMother: people[(n + 7) % 8] })),
        lab.submit(persons.screened, person, screened(n % 2 ? { hbsag: 'reactive' } : {})),
        lab.submit(persons.eligibilityDetermined, person, eligibilityDetermined()),
        lab.submit(donations.registered, uuid(), donations.examples.registered({ donor: person })),
      ]),
    );
    // Of itself, or of the mother who was screened before; whether the first one's mother is seen is open.
    const reactive = outcomes.filter((outcome) => rulesOf(recordedOf(outcome).findings).includes('eligibility.reactive-marker'));
    expect([7, 8]).toContain(reactive.length);
    await verifiedLog(lab.store);
  } finally {
    await lab.close();
  }
});

it('decides again on what is stored when the stream that it read could not be', async () => {
  const lab = await openLaboratory({ cacheBytes: 1 });
  try {
    let failures = 1;
    lab.store.before = ({ stream }) => {
      if (stream === 'person-donor-0001' && failures-- > 0) throw new Error('the disk is on fire');
    };
    const donor = lab.submit(persons.registered, 'donor-0001', registered());
    const donation = lab.commands.submit(submission(donations.registered, uuid(), donations.examples.registered()));
    await expect(donor).rejects.toThrow('on fire');
    expect(rulesOf(recordedOf(await donation).warnings)).toContain('donation.donor-not-yet-registered');
  } finally {
    await lab.close();
  }
});
