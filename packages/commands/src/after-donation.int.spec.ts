import { join } from 'node:path';
import { contentDigest, contentNonce, contentText, generateKey, KEY_TYP, signContent, signStatement } from '@cytoledger/attest';
import { type AnyFact, batches, donations, persons, policies, registry } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  eventId,
  eventsOf,
  type Laboratory,
  openLaboratory,
  recordedOf,
  rulesOf,
  submission,
  typesOf,
  uuid,
} from './laboratory.fixture.ts';
import { createPolicyRunner, type PolicyRunner } from './policy-runner.ts';

const A = 'donor-0001';
const B = 'donor-0002';
const { APPROVERS } = persons.examples;
const root = generateKey();
const keys = new Map(APPROVERS.map((person) => [person as string, generateKey()]));

let lab: Laboratory;
let runner: PolicyRunner;
beforeEach(async () => {
  lab = await openLaboratory();
  recordedOf(await lab.submit(registry.siteRegistered, 'lab-a', registry.examples.siteRegistered({ rootKey: root.publicJwk })));
  for (const [person, key] of keys) {
    recordedOf(await lab.submit(registry.staffEnrolled, person, { org: 'lab-a', roles: ['lab.qa'], name: '陈静' }));
    const said = { kid: key.kid, publicKey: key.publicJwk, org: 'lab-a', person, roles: ['lab.qa'] };
    const statements = {
      byOrganisation: signStatement(KEY_TYP, said as never, root.privateJwk),
      byKey: signStatement(KEY_TYP, said as never, key.privateJwk),
    };
    recordedOf(await lab.submit(registry.keyEnrolled, key.kid, { ...said, statements }));
  }
  for (const person of [A, B]) {
    recordedOf(await lab.submit(persons.registered, person, persons.examples.registered()));
    recordedOf(await lab.submit(persons.consentGiven, person, persons.examples.consentGiven()));
  }
  runner = createPolicyRunner({
    store: lab.store,
    commands: lab.commands,
    policies: policies.policies,
    checkpointPath: join(lab.folder, 'policies.json'),
  });
  await runner.start();
});
afterEach(async () => {
  await runner.stop();
  await lab.close();
});

/** Submits what these people have signed. */
async function signed(fact: AnyFact, target: string, data: object, signers: readonly string[] = APPROVERS) {
  const [event, stream] = [eventId(), `${fact.aggregate.name}-${target}`];
  const plain = submission(fact, target, data, { id: event, person: signers[0] ?? null });
  const { occurredAt, capture } = plain.statement;
  const nonce = contentNonce(Buffer.alloc(32, 7), stream, event);
  const text = contentText({
    nonce,
    id: event,
    type: fact.type,
    stream,
    occurredAt,
    capture: capture as never,
    data: data as never,
  });
  const statement = { contentDigest: contentDigest(text), meaning: fact.signatures!.meaning, signedAt: new Date().toISOString() };
  const signatures = signers.map((person) => ({ jws: signContent(statement, keys.get(person)!.privateJwk) }));
  return lab.commands.submit({ ...plain, statement: { ...plain.statement, contentText: text, disclosures: [], signatures } });
}

const stateOf = async <S>(fact: AnyFact, id: string) =>
  structuredClone((await lab.commands.read(fact.aggregate as never, id)).state as S);
const namesOf = async (id: string) => persons.linkedTo(await stateOf<persons.PersonState>(persons.registered, id));
const settled = async () => runner.reached((await lab.store.headPosition())!);

describe('a link between two pseudonyms', () => {
  const LINK = persons.examples.LINK;
  const link = (signers?: readonly string[]) => signed(persons.linked, A, persons.examples.linked({ with: B }), signers);
  const ownCells = async () => {
    const given = [uuid(), uuid()];
    const coi = 'COI-7';
    for (const [n, donor] of [A, B].entries()) {
      recordedOf(await lab.submit(donations.registered, given[n]!, { donor, kind: 'autologous', coi }));
    }
    const inputs = given.map((donation) => ({ donation }));
    return lab.submit(batches.opened, uuid(), batches.examples.opened({ inputs, autologous: true, coi }));
  };

  it('stands in both records at once, and lets what is one person’s be pooled', async () => {
    expect(await ownCells()).toMatchObject({ kind: 'unreconciled' });
    recordedOf(await link());
    expect([await namesOf(A), await namesOf(B)]).toEqual([[B], [A]]);
    expect(typesOf(await eventsOf(lab.store, `person-${B}`))).toContain('person.link-noted.v1');
    expect(await ownCells()).toMatchObject({ kind: 'recorded' });
  });

  it('that only one approved leaves no trace in either', async () => {
    const outcome = await link(APPROVERS.slice(0, 1));
    expect(outcome).toMatchObject({ kind: 'refused' });
    expect([await namesOf(A), await namesOf(B)]).toEqual([[], []]);
    expect(typesOf(await eventsOf(lab.store, `person-${B}`))).not.toContain('person.link-noted.v1');
  });

  it('is undone from either record, for both', async () => {
    recordedOf(await link());
    recordedOf(await signed(persons.unlinked, B, persons.examples.unlinked({ link: LINK })));
    expect([await namesOf(A), await namesOf(B)]).toEqual([[], []]);
    expect(await ownCells()).toMatchObject({ kind: 'unreconciled' });
  });

  it('made from both ends at the same moment stands, and nobody waits for ever', async () => {
    const other = persons.examples.linked({ link: uuid(), with: A });
    const outcomes = await Promise.all([link(), signed(persons.linked, B, other)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['recorded', 'recorded']);
    expect([await namesOf(A), await namesOf(B)]).toEqual([[B], [A]]);
  });
});

describe('a withdrawal', () => {
  const batchOf = async () => {
    const [donation, batch] = [uuid(), uuid()];
    recordedOf(await lab.submit(donations.registered, donation, { donor: A, kind: 'allogeneic' }));
    recordedOf(await lab.submit(batches.opened, batch, batches.examples.opened({ inputs: [{ donation }] })));
    return batch;
  };
  const holdsOf = async (batch: string) =>
    (await stateOf<batches.BatchState>(batches.opened, batch)).holds.map(({ lifted }) => (lifted === null ? 'held' : 'lifted'));
  const withdraw = async () => {
    const { receipt } = recordedOf(await lab.submit(persons.consentWithdrawn, A, persons.examples.consentWithdrawn()));
    await settled();
    return receipt.id;
  };
  const decide = async (withdrawal: string, batch: string, decision: string) => {
    const data = persons.examples.withdrawalDecided({ withdrawal, batches: [{ batch, decision }], decider: APPROVERS[0] });
    const outcome = await signed(persons.withdrawalDecided, A, data, APPROVERS.slice(0, 1));
    await settled();
    await settled();
    return outcome;
  };

  it('holds a batch until it is decided that the batch is kept', async () => {
    const batch = await batchOf();
    const withdrawal = await withdraw();
    expect(await holdsOf(batch)).toEqual(['held']);
    recordedOf(await decide(withdrawal, batch, 'keep'));
    expect(await holdsOf(batch)).toEqual(['lifted']);
  });

  it('leaves a batch held that is to be destroyed, and holds it again when the decision is changed', async () => {
    const batch = await batchOf();
    const withdrawal = await withdraw();
    recordedOf(await decide(withdrawal, batch, 'destroy'));
    expect(await holdsOf(batch)).toEqual(['held']);
    recordedOf(await decide(withdrawal, batch, 'research-stopped'));
    expect(await holdsOf(batch)).toEqual(['lifted']);
    recordedOf(await decide(withdrawal, batch, 'destroy'));
    expect(await holdsOf(batch)).toEqual(['lifted', 'held']);
  });

  it('that nobody signed a decision about stays', async () => {
    const batch = await batchOf();
    const withdrawal = await withdraw();
    const data = persons.examples.withdrawalDecided({ withdrawal, batches: [{ batch, decision: 'keep' }] });
    const outcome = await lab.submit(persons.withdrawalDecided, A, data);
    expect(outcome.kind === 'refused' && rulesOf(outcome.reasons)).toEqual(['withdrawal.decision-unsigned']);
    expect(await holdsOf(batch)).toEqual(['held']);
  });
});

describe('information after the donation', () => {
  it('is pending in every batch downstream, once', async () => {
    const [donation, batch] = [uuid(), uuid()];
    recordedOf(await lab.submit(donations.registered, donation, { donor: A, kind: 'allogeneic' }));
    recordedOf(await lab.submit(batches.opened, batch, batches.examples.opened({ inputs: [{ donation }] })));
    const { receipt } = recordedOf(
      await lab.submit(persons.postDonationInformationReceived, A, persons.examples.postDonationInformationReceived()),
    );
    await settled();
    const { deviations } = await stateOf<batches.BatchState>(batches.opened, batch);
    expect([...deviations.values()].filter(({ rule }) => rule === 'policy.needs-assessment')).toMatchObject([
      { event: receipt.id },
    ]);
  });
});
