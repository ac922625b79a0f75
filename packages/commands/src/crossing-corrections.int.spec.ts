import { join } from 'node:path';
import { contentDigest, contentNonce, contentText, generateKey, KEY_TYP, signContent, signStatement } from '@cytoledger/attest';
import { type AnyFact, batches, corrections, donations, persons, policies, registry, treatments } from '@cytoledger/domain';
import fc from 'fast-check';
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

const DONOR = 'donor-0001';
const OTHER = 'donor-0002';
const QA = 'staff-0002';
const root = generateKey();
const key = generateKey();
const { registered, screened } = persons.examples;

let lab: Laboratory;
let runner: PolicyRunner;
beforeEach(async () => {
  lab = await openLaboratory();
  recordedOf(await lab.submit(registry.siteRegistered, 'lab-a', registry.examples.siteRegistered({ rootKey: root.publicJwk })));
  recordedOf(await lab.submit(registry.staffEnrolled, QA, { org: 'lab-a', roles: ['lab.qa'], name: '陈静' }));
  const said = { kid: key.kid, publicKey: key.publicJwk, org: 'lab-a', person: QA, roles: ['lab.qa'] };
  const statements = {
    byOrganisation: signStatement(KEY_TYP, said as never, root.privateJwk),
    byKey: signStatement(KEY_TYP, said as never, key.privateJwk),
  };
  recordedOf(await lab.submit(registry.keyEnrolled, key.kid, { ...said, statements }));
  recordedOf(await lab.submit(persons.registered, DONOR, registered({ name: '王小明' })));
  recordedOf(await lab.submit(persons.registered, OTHER, registered()));
  runner = await started();
});
afterEach(async () => {
  await runner.stop();
  await lab.close();
});

async function started(): Promise<PolicyRunner> {
  const checkpointPath = join(lab.folder, 'policies.json');
  const made = createPolicyRunner({ store: lab.store, commands: lab.commands, policies: policies.policies, checkpointPath });
  await made.start();
  return made;
}

const stateOf = async <S>(fact: AnyFact, id: string) =>
  structuredClone((await lab.commands.read(fact.aggregate as never, id)).state as S);
const personState = (id: string) => stateOf<persons.PersonState>(persons.registered, id);
const correctionState = (id: string) => stateOf<corrections.CorrectionState>(corrections.proposed, id);

type Target = Readonly<Record<string, unknown>>;
const neverHappened = (fact: AnyFact, stream: string, event: string): Target => ({
  ...{ stream, event, type: fact.type, change: 'never-happened' },
});
const amend = (fact: AnyFact, stream: string, event: string, data: object): Target => ({
  ...{ stream, event, type: fact.type, change: 'amend', data },
});

async function proposed(targets: readonly Target[]): Promise<string> {
  const id = uuid();
  recordedOf(await lab.submit(corrections.proposed, id, { targets, reason: 'transcription' }));
  return id;
}

/** Signed by quality assurance; resolves when the platform has acted upon it. */
async function approved(id: string, person = QA) {
  const [event, stream] = [eventId(), `correction-${id}`];
  const plain = submission(corrections.approved, id, {}, { id: event, person });
  const { occurredAt, capture, data } = plain.statement;
  const nonce = contentNonce(Buffer.alloc(32, 7), stream, event);
  const said = { nonce, id: event, type: corrections.approved.type, stream, occurredAt, capture: capture as never, data };
  const text = contentText(said);
  const signed = { contentDigest: contentDigest(text), meaning: 'correction-approval', signedAt: new Date().toISOString() };
  const signatures = [{ jws: signContent(signed, key.privateJwk) }];
  const statement = { ...plain.statement, contentText: text, disclosures: [], signatures };
  const outcome = await lab.commands.submit({ ...plain, statement });
  await runner.reached((await lab.store.headPosition())!);
  return outcome;
}

async function corrected(...targets: Target[]): Promise<corrections.CorrectionState> {
  const id = await proposed(targets);
  recordedOf(await approved(id));
  return correctionState(id);
}

const screening = async (donor: string, results: Record<string, string> = {}) =>
  recordedOf(await lab.submit(persons.screened, donor, screened(results))).receipt.id;

describe('a correction across records', () => {
  it('takes back an entry of the wrong subject: its state is as if it had never been, and its history has it still', async () => {
    const before = await personState(OTHER);
    const wrong = await screening(OTHER, { hbsag: 'reactive' });
    await screening(DONOR, { hbsag: 'reactive' });
    const target = {
      ...neverHappened(persons.screened, `person-${OTHER}`, wrong),
      change: 'wrong-subject',
      instead: `person-${DONOR}`,
    };
    const after = await corrected(target);
    expect(after).toMatchObject({ status: 'applied', settled: [{ stream: `person-${OTHER}`, event: wrong, refusedBy: [] }] });
    expect((await personState(OTHER)).screenings).toEqual(before.screenings);
    const types = typesOf(await eventsOf(lab.store, `person-${OTHER}`));
    expect(types.filter((type) => !type.includes('deviation'))).toEqual([
      'person.registered.v1',
      'person.screened.v1',
      'person.voided.v1',
    ]);
  });

  it('changes several records in one decision, and tells of each that could not be changed', async () => {
    const [first, second] = [await screening(DONOR), await screening(OTHER)];
    const after = await corrected(
      neverHappened(persons.screened, `person-${DONOR}`, first),
      amend(persons.screened, `person-${OTHER}`, second, screened({ hbsag: 'reactive' })),
      neverHappened(persons.screened, `person-${OTHER}`, eventId()),
    );
    expect(after.settled.map(({ refusedBy }) => refusedBy)).toEqual([[], [], ['correction.unknown-event']]);
    expect((await personState(DONOR)).screenings).toEqual([]);
    expect((await personState(OTHER)).screenings[0]!.tests.find(({ marker }) => marker === 'hbsag')!.result).toBe('reactive');
  });

  it('does nothing before its approval, and nothing when it is approved by who proposed it', async () => {
    const event = await screening(DONOR);
    const id = await proposed([neverHappened(persons.screened, `person-${DONOR}`, event)]);
    const refused = await approved(id, 'staff-0001');
    expect('reasons' in refused && rulesOf(refused.reasons)).toEqual(['correction.approved-by-proposer']);
    expect((await personState(DONOR)).screenings).toHaveLength(1);
  });

  it('is applied once, however often the log is read', async () => {
    const event = await screening(DONOR);
    await corrected(neverHappened(persons.screened, `person-${DONOR}`, event));
    await runner.stop();
    runner = await started();
    await runner.reached((await lab.store.headPosition())!);
    const types = typesOf(await eventsOf(lab.store, `person-${DONOR}`));
    expect(types.filter((type) => type === 'person.voided.v1')).toHaveLength(1);
  });

  it('runs the rules at what came later again', async () => {
    const event = await screening(DONOR);
    recordedOf(await lab.submit(persons.eligibilityDetermined, DONOR, persons.examples.eligibilityDetermined()));
    const before = (await personState(DONOR)).deviations.size;
    await corrected(neverHappened(persons.screened, `person-${DONOR}`, event));
    expect((await personState(DONOR)).deviations.size).toBeGreaterThan(before);
  });

  it('takes back a mistaken recall loudly, and no quarantine: that is lifted', async () => {
    const [donation, batch] = [uuid(), uuid()];
    recordedOf(await lab.submit(donations.registered, donation, { donor: DONOR, kind: 'allogeneic' }));
    recordedOf(await lab.submit(batches.opened, batch, batches.examples.opened({ inputs: [{ donation }] })));
    const said = { scope: 'whole-batch', reason: 'deviation' };
    const recall = recordedOf(await lab.submit(batches.recalled, batch, { ...said, class: 'I' })).receipt.id;
    const quarantine = recordedOf(await lab.submit(batches.quarantined, batch, said)).receipt.id;
    const after = await corrected(
      neverHappened(batches.recalled, `batch-${batch}`, recall),
      neverHappened(batches.quarantined, `batch-${batch}`, quarantine),
    );
    expect(after.settled.map(({ refusedBy }) => refusedBy)).toEqual([[], ['correction.not-voidable']]);
    const state = await stateOf<batches.BatchState>(batches.opened, batch);
    expect([state.recalls.length, state.quarantines.length]).toEqual([0, 1]);
    expect([...state.deviations.values()]).toContainEqual(
      expect.objectContaining({ rule: 'correction.withholding-taken-back', class: 'critical', closed: null }),
    );
  });

  it('does not take back what opened a record', async () => {
    const batch = uuid();
    const donation = uuid();
    recordedOf(await lab.submit(donations.registered, donation, { donor: DONOR, kind: 'allogeneic' }));
    const { receipt } = recordedOf(await lab.submit(batches.opened, batch, batches.examples.opened({ inputs: [{ donation }] })));
    const after = await corrected(neverHappened(batches.opened, `batch-${batch}`, receipt.id));
    expect(after.settled[0]!.refusedBy).toEqual(['correction.not-voidable']);
    expect(await stateOf<batches.BatchState>(batches.opened, batch)).toMatchObject({ status: 'open' });
  });

  it('keeps the personal values of what it amends, and takes none in clear', async () => {
    const [first] = await eventsOf(lab.store, `person-${DONOR}`);
    const event = (JSON.parse(Buffer.from(first!.body).toString('utf8')) as { content: { id: string } }).content.id;
    const target = (data: object) => amend(persons.registered, `person-${DONOR}`, event, data);
    const inClear = await lab.submit(corrections.proposed, uuid(), {
      targets: [target(registered({ name: '李四' }))],
      reason: 'other',
    });
    expect(inClear).toMatchObject({
      kind: 'invalid',
      problems: [{ rule: 'content.personal-in-clear', pointer: '/data/targets/0/data/name' }],
    });
    const elsewhere = await lab.submit(corrections.proposed, uuid(), {
      targets: [amend(persons.registered, `person-${DONOR}`, event, { ...registered(), nickname: '王小明' })],
      reason: 'transcription',
    });
    expect(elsewhere).toMatchObject({ kind: 'invalid', problems: [{ rule: 'content.malformed-amendment' }] });
    const ofNoType = await lab.submit(corrections.proposed, uuid(), {
      targets: [{ ...amend(persons.registered, `person-${DONOR}`, event, { name: '王小明' }), type: 'person.noted.v1' }],
      reason: 'transcription',
    });
    expect(ofNoType).toMatchObject({ kind: 'invalid', problems: [{ pointer: '/data/targets/0/type' }] });
    const after = await corrected(target(registered({ sex: 'female' })));
    expect(after.settled[0]!.refusedBy).toEqual([]);
    const last = (await eventsOf(lab.store, `person-${DONOR}`)).map(({ body }) => Buffer.from(body).toString('utf8'));
    const digests = last
      .filter((text) => /person\.(registered|corrected)/.test(text))
      .map((text) => /"_sd":\["[^"]+"\]/.exec(text)?.[0]);
    expect(digests[0]).toBeDefined();
    expect(digests[1]).toBe(digests[0]);
  });
});

describe('an infusion of the wrong bag', () => {
  it('is the right one after the correction, in batch and treatment, and stays a critical deviation', async () => {
    const [donation, batch, treatment] = [uuid(), uuid(), uuid()];
    const [scanned, given] = [uuid(), uuid()];
    recordedOf(await lab.submit(donations.registered, donation, { donor: DONOR, kind: 'allogeneic' }));
    recordedOf(await lab.submit(batches.opened, batch, batches.examples.opened({ inputs: [{ donation }] })));
    const units = [scanned, given].map((id, n) => ({ id, kind: 'cryobag', ordinal: n + 1 }));
    recordedOf(await lab.submit(batches.split, batch, { units, operator: 'staff-0001', verifier: 'staff-0002' }));
    recordedOf(await lab.submit(treatments.planned, treatment, treatments.examples.planned({ patient: OTHER })));
    const infused = async (unit: string) => {
      const inBatch = recordedOf(await lab.submit(batches.unitInfused, batch, { unit, treatment }));
      const told = treatments.examples.infusionRecorded({ batch, unit, patient: OTHER });
      return [inBatch.receipt.id, recordedOf(await lab.submit(treatments.infusionRecorded, treatment, told)).receipt.id] as const;
    };
    const [inBatch, inTreatment] = await infused(scanned);
    await infused(given);
    const wrong = (fact: AnyFact, stream: string, event: string) => ({
      ...neverHappened(fact, stream, event),
      ...{ change: 'wrong-subject', instead: stream },
    });
    const id = await proposed([
      wrong(batches.unitInfused, `batch-${batch}`, inBatch),
      wrong(treatments.infusionRecorded, `treatment-${treatment}`, inTreatment),
    ]);
    recordedOf(await approved(id));
    const { deviations, units: bags } = await stateOf<batches.BatchState>(batches.opened, batch);
    expect([bags.get(scanned)!.infusion, bags.get(scanned)!.end]).toEqual([null, null]);
    expect(bags.get(given)!.infusion).toMatchObject({ treatment });
    const { infusions } = await stateOf<treatments.TreatmentState>(treatments.planned, treatment);
    expect([...infusions.values()].map(({ unit }) => unit)).toEqual([given]);
    const open = [...deviations.values()].filter(({ closed }) => closed === null);
    expect(open.filter(({ event, class: severity }) => event === inBatch && severity === 'critical')).not.toEqual([]);
    const correction = await correctionState(id);
    expect(correction.settled.map(({ refusedBy }) => refusedBy)).toEqual([[], []]);
    expect([...correction.deviations.values()].map(({ rule, class: severity, closed }) => [rule, severity, closed])).toEqual([
      ['correction.infusion-taken-back', 'critical', null],
      ['correction.infusion-taken-back', 'critical', null],
    ]);
  });
});

describe('a cause that was taken back', () => {
  it('spreads no further', async () => {
    const ineligible = persons.examples.eligibilityDetermined({ status: 'ineligible', reasons: [] });
    recordedOf(await lab.submit(persons.eligibilityDetermined, DONOR, ineligible));
    const { receipt } = recordedOf(await lab.submit(persons.screened, DONOR, screened()));
    const found = (await eventsOf(lab.store, `person-${DONOR}`)).find(({ type }) => type === 'person.eligibility-determined.v1')!;
    const { content } = JSON.parse(Buffer.from(found.body).toString('utf8')) as { content: { id: string } };
    const after = await corrected(neverHappened(persons.eligibilityDetermined, `person-${DONOR}`, content.id));
    expect(receipt.seq).toBeGreaterThan(0);
    const [donation, batch] = [uuid(), uuid()];
    recordedOf(await lab.submit(donations.registered, donation, { donor: DONOR, kind: 'allogeneic' }));
    recordedOf(await lab.submit(batches.opened, batch, batches.examples.opened({ inputs: [{ donation }] })));
    await runner.reached((await lab.store.headPosition())!);
    const quarantined = typesOf(await eventsOf(lab.store, `batch-${batch}`)).includes('batch.quarantined.v1');
    expect([after.settled[0]!.refusedBy, quarantined]).toEqual([[], false]);
  });
});

it('a correction and its reverse leave the original state, whatever was recorded before and after', async () => {
  let n = 0;
  const result = fc.constantFrom('reactive', 'non-reactive');
  await fc.assert(
    fc.asyncProperty(
      fc.array(result, { minLength: 1, maxLength: 4 }),
      fc.nat(),
      fc.boolean(),
      result,
      async (results, at, takenBack, instead) => {
        const donor = `donor-1${String(n++).padStart(3, '0')}`;
        recordedOf(await lab.submit(persons.registered, donor, registered()));
        const events: { id: string; data: object }[] = [];
        for (const hbsag of results) events.push({ id: await screening(donor, { hbsag }), data: screened({ hbsag }) });
        const chosen = events[at % events.length]!;
        const original = await personState(donor);
        const stream = `person-${donor}`;
        await corrected(
          takenBack
            ? neverHappened(persons.screened, stream, chosen.id)
            : amend(persons.screened, stream, chosen.id, screened({ hbsag: instead })),
        );
        await corrected(amend(persons.screened, stream, chosen.id, chosen.data));
        const { deviations: _after, ...state } = await personState(donor);
        const { deviations: _before, ...same } = original;
        expect(state).toEqual(same);
      },
    ),
    { numRuns: 8 },
  );
});
