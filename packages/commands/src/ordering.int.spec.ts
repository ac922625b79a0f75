import { donations, persons } from '@cytoledger/domain';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  door,
  type Laboratory,
  openLaboratory,
  recordedOf,
  rulesOf,
  submission,
  uuid,
  vaultWith,
  verifiedLog,
} from './laboratory.fixture.ts';

const { registered, screened, eligibilityDetermined } = persons.examples;

let lab: Laboratory;
beforeEach(async () => {
  lab = await openLaboratory();
});
afterEach(() => lab.close());

describe('personal fields that are still on their way to the vault', () => {
  it('hold back what was sent to the stream after them', async () => {
    const gate = door();
    const slow = lab.another({
      vault: vaultWith(lab.vault, { saltKey: (subject) => gate.opened.then(() => lab.vault.saltKey(subject)) }),
    });
    const order: string[] = [];
    const send = (name: string, data: object) =>
      slow
        .submit(submission(persons.registered, 'donor-0001', data))
        .then((outcome) => order.push(`${name} ${recordedOf(outcome).receipt.seq}`));
    const both = [send('personal', registered({ name: '王小明' })), send('plain', registered())];
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(order).toEqual([]);
    gate.open();
    await Promise.all(both);
    expect(order).toEqual(['personal 0', 'plain 1']);
  });

  it('do not hold back other streams', async () => {
    const gate = door();
    const slow = lab.another({
      vault: vaultWith(lab.vault, { saltKey: (subject) => gate.opened.then(() => lab.vault.saltKey(subject)) }),
    });
    const held = slow.submit(submission(persons.registered, 'donor-0001', registered({ name: '王小明' })));
    recordedOf(await lab.submit(persons.registered, 'donor-0002', registered()));
    gate.open();
    recordedOf(await held);
  });
});

describe('a decision that reads another stream', () => {
  it('sees what was sent there before it, also while that is being stored', async () => {
    const donor = lab.submit(persons.registered, 'donor-0001', registered({ name: '王小明' }));
    const donation = await lab.submit(donations.registered, uuid(), donations.examples.registered());
    await donor;
    expect(rulesOf(recordedOf(donation).warnings)).not.toContain('donation.donor-not-yet-registered');
  });

  it('never sees what was not stored in the end', async () => {
    let failures = 1;
    lab.store.before = ({ stream }) => {
      if (stream === 'person-donor-0001' && failures-- > 0) throw new Error('the disk is on fire');
    };
    const donor = lab.submit(persons.registered, 'donor-0001', registered());
    const donation = lab.submit(donations.registered, uuid(), donations.examples.registered());
    await expect(donor).rejects.toThrow('on fire');
    expect(rulesOf(recordedOf(await donation).warnings)).toContain('donation.donor-not-yet-registered');
  });
});

/** Newborns who are each other's birth mother: eligibility of the one reads the other. */
it('never waits for ever where streams read each other, whatever the order', async () => {
  const people = ['donor-000a', 'donor-000b', 'donor-000c'];
  const mother = (n: number) => people[(n + 1) % people.length]!;
  const step = fc.record({
    person: fc.nat(people.length - 1),
    what: fc.constantFrom('registered', 'screened', 'eligible', 'named', 'donation'),
    pause: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const run = uuid().slice(0, 8);
      const outcomes = [];
      for (const { person, what, pause } of steps) {
        const target = `${people[person]}-${run}`;
        const newborn = { newborn: true, birthMother: `${mother(person)}-${run}` };
        outcomes.push(
          what === 'registered'
            ? lab.submit(persons.registered, target, registered(newborn))
            : what === 'named'
              ? lab.submit(persons.registered, target, registered({ ...newborn, name: '王小明' }))
              : what === 'screened'
                ? lab.submit(persons.screened, target, screened())
                : what === 'eligible'
                  ? lab.submit(persons.eligibilityDetermined, target, eligibilityDetermined())
                  : lab.submit(donations.registered, uuid(), donations.examples.registered({ donor: target })),
        );
        if (pause) await new Promise((resolve) => setImmediate(resolve));
      }
      const kinds = (await Promise.all(outcomes)).map((outcome) => outcome.kind);
      expect(kinds.every((kind) => kind === 'recorded' || kind === 'unreconciled')).toBe(true);
    }),
    { numRuns: 40 },
  );
  await verifiedLog(lab.store);
});
