import { contentText, disclose, generateKey, KEY_TYP, signStatement } from '@cytoledger/attest';
import { type AnyFact, batches, donations, persons, registry } from '@cytoledger/domain';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Laboratory, openLaboratory, recordedOf, rulesOf, submission, uuid, verifiedLog } from './laboratory.fixture.ts';

/**
 * A queue that waits for something that cannot come answers nobody any more. Each of these did: a decision that reads its own stream (a
 * key's revocation) asked for it for ever; a rule that threw took the commands before it in the same append with it, unanswered; one
 * sender's refused disclosure failed everybody in the append.
 */
const { registered, screened } = persons.examples;

let lab: Laboratory;
beforeEach(async () => {
  lab = await openLaboratory();
});
afterEach(() => lab.close());

it('revokes a key that its organisation’s root disowns', async () => {
  const root = generateKey();
  const key = generateKey();
  const kid = key.kid;
  recordedOf(await lab.submit(registry.siteRegistered, 'lab-a', registry.examples.siteRegistered({ rootKey: root.publicJwk })));
  recordedOf(await lab.submit(registry.staffEnrolled, 'staff-0001', registry.examples.staffEnrolled()));
  const said = { kid, publicKey: key.publicJwk, org: 'lab-a', person: 'staff-0001', roles: ['lab.qa'] };
  const sign = (signer: typeof root, payload: object) => signStatement(KEY_TYP, payload as never, signer.privateJwk);
  const enrolled = await lab.submit(registry.keyEnrolled, kid, {
    ...said,
    statements: { byOrganisation: sign(root, said), byKey: sign(key, said) },
  });
  expect(enrolled).toMatchObject({ kind: 'recorded', findings: [] });
  const unsigned = await lab.submit(registry.keyRevoked, kid, {
    reason: 'lost',
    statements: { byOrganisation: sign(key, { kid, revoked: true }) },
  });
  expect('reasons' in unsigned && rulesOf(unsigned.reasons)).toContain('key.revocation-not-signed');
  const revoked = await lab.submit(registry.keyRevoked, kid, {
    reason: 'lost',
    statements: { byOrganisation: sign(root, { kid, revoked: true }) },
  });
  expect(revoked).toMatchObject({ kind: 'recorded', findings: [] });
});

it('answers everybody when one decision throws', async () => {
  const faulty: AnyFact = {
    ...persons.registered,
    decide: () => {
      throw new TypeError('a rule that does not stand its ground');
    },
  };
  const sent = [
    lab.submit(persons.registered, 'donor-0001', registered()),
    lab.submit(persons.registered, 'donor-0001', registered()),
    lab.submit(faulty, 'donor-0001', registered()),
    lab.submit(persons.screened, 'donor-0001', screened()),
  ];
  const settled = await Promise.allSettled(sent);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(await verifiedLog(lab.store)).toHaveLength(3);
  expect(lab.commands.waiting()).toBe(0);
});

it('refuses an event that cannot be folded before it is stored, and nothing else', async () => {
  const faulty: AnyFact = {
    ...persons.registered,
    evolve: () => {
      throw new TypeError('a fold that does not stand its ground');
    },
  };
  const settled = await Promise.allSettled([
    lab.submit(persons.registered, 'donor-0001', registered()),
    lab.submit({ ...faulty, type: 'person.registered.v1' }, 'donor-0001', { role: null }),
    lab.submit(persons.screened, 'donor-0001', screened()),
  ]);
  expect(settled[0]!.status).toBe('fulfilled');
  expect(settled[2]!.status).toBe('fulfilled');
  await verifiedLog(lab.store);
});

it('tells the one sender whose disclosure the vault refuses, and records the others', async () => {
  await lab.vault.saltKey('donor-0001');
  await lab.vault.erase('donor-0001');
  const { disclosure, digest } = disclose('A'.repeat(43), 'name', '王小明');
  const plain = submission(persons.registered, 'donor-0001', registered());
  const { statement } = submission(persons.registered, 'donor-0001', { ...registered(), _sd: [digest] });
  const signed = {
    ...plain,
    statement: {
      ...statement,
      contentText: contentText({
        ...{ nonce: 'A'.repeat(22), id: statement.id, type: 'person.registered.v1', stream: 'person-donor-0001' },
        ...{ occurredAt: statement.occurredAt, capture: statement.capture as never, data: statement.data },
      }),
      disclosures: [disclosure],
      signatures: [],
    },
  };
  const [first, refused, last] = await Promise.allSettled([
    lab.commands.submit(plain),
    lab.commands.submit(signed),
    lab.submit(persons.screened, 'donor-0001', screened()),
  ]);
  expect(first.status).toBe('fulfilled');
  expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'subject-erased' } });
  expect(last.status).toBe('fulfilled');
});

it('answers who waits for a read that fails', async () => {
  const read = lab.store.readStream;
  lab.store.readStream = () => {
    throw new Error('no such disk');
  };
  const sent = Promise.allSettled([1, 2, 3].map(() => lab.submit(persons.registered, 'donor-0001', registered())));
  expect((await sent).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  lab.store.readStream = read;
  recordedOf(await lab.submit(persons.registered, 'donor-0001', registered()));
});

it('never lets two openings wait for each other, whatever they name as input', async () => {
  const a = uuid();
  const b = uuid();
  const donation = uuid();
  await lab.submit(donations.registered, donation, donations.examples.registered());
  const input = (batch: string) => ({ batch, unit: batches.examples.unitId(1) });
  const kinds = await Promise.all([
    lab.submit(batches.opened, a, batches.examples.opened({ inputs: [input(b), { donation }] })),
    lab.submit(batches.opened, b, batches.examples.opened({ inputs: [input(a)] })),
    lab.submit(batches.opened, a, batches.examples.opened({ inputs: [input(a)] })),
    lab.submit(batches.split, a, batches.examples.split(1)),
    lab.submit(batches.split, b, batches.examples.split(1)),
  ]);
  expect(kinds.map(({ kind }) => kind)).toEqual(Array(5).fill('unreconciled'));
});
