import { checkSealed, leafHash, readEventProof, readPolicy, verifyEventProof } from '@cytoledger/attest';
import { type Commands, createCommands } from '@cytoledger/commands';
import { type AnyFact, batches, persons } from '@cytoledger/domain';
import { type EventStore, openEventStore } from '@cytoledger/event-store';
import { openKafkaBroker, readCloudEvent } from '@cytoledger/messaging';
import { openHttpVault } from '@cytoledger/vault';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OneBroker, startBroker, whyNoBroker } from './broker.fixture.ts';
import { type SeveralProcesses, startSeveral } from './several-processes.fixture.ts';

const PHYSICIAN = { org: 'hosp-a', roles: ['hospital.physician'], person: 'staff-hosp-a-01' };
const OPERATOR = { org: 'lab-a', roles: ['lab.operator'], person: 'staff-lab-a-01' };
const OVERSIGHT = { org: 'qc-centre', roles: ['oversight'], person: 'staff-qc-01' };

const why = await whyNoBroker();
if (why) process.stdout.write(`skipped: the relay as a process of its own, because ${why}\n`);

let several: SeveralProcesses;
let kafka: OneBroker | undefined;
beforeAll(async () => {
  if (why === undefined) kafka = await startBroker();
  several = await startSeveral(kafka);
}, 180_000);
afterAll(async () => {
  await several?.close();
  await kafka?.stop();
});

const fact = (data: object, id = uuidv7()) => ({
  id,
  occurredAt: '2026-11-21T09:00:00+08:00',
  capture: { mode: 'direct', precision: 's' },
  data,
});

/** Opened through the first process, of a donation that the second recorded. */
async function openedBatch(): Promise<string> {
  const [donation, batch] = [uuidv7(), uuidv7()];
  const donated = await several.post(
    'second',
    `/v1/donations/${donation}`,
    PHYSICIAN,
    fact({ donor: 'donor-0001', kind: 'allogeneic' }),
  );
  const collected = { donor: 'donor-0001', source: 'umbilical-cord' };
  await several.post('second', `/v1/donations/${donation}/collection`, PHYSICIAN, fact(collected));
  const received = { outcome: 'accepted', checkedBy: ['staff-lab-a-01', 'staff-lab-a-02'] };
  await several.post('first', `/v1/donations/${donation}/receipt`, OPERATOR, fact(received));
  const inputs = { inputs: [{ donation }] };
  const opened = await several.post('first', `/v1/batches/${batch}`, OPERATOR, fact(batches.examples.opened(inputs)));
  expect([donated.status, opened.status], JSON.stringify(opened.body)).toEqual([201, 201]);
  return batch;
}

type Line = { readonly header: string; readonly body: string };

/** The stream's events as the query side tells them, byte for byte. */
async function historyOf(stream: string, position: string): Promise<Line[]> {
  const answer = await several.get('query', `/v1/streams/${stream}/history?format=x-ndjson&minPosition=${position}`, OVERSIGHT);
  expect(answer.status).toBe(200);
  const lines = (await answer.text()).trimEnd().split('\n');
  return lines.map((line) => {
    const [, header, body] = /"header":(\{.*\}),"body":(\{.*\})\}$/.exec(line)!;
    return { header: header!, body: body! };
  });
}

describe('command side twice, query side and attestation, each a process of its own', () => {
  it('began one log together: it has one first event', async () => {
    const feed = await several.get('query', '/v1/feed?follow=false&aggregate=log,fact', OVERSIGHT);
    const lines = (await feed.text()).trimEnd().split('\n').slice(0, -1);
    expect(lines.map((line) => readCloudEvent(Buffer.from(line)).type)).toEqual(['log.created.v1']);
  });

  it('leave one chain when two of them race on one batch, with every event in it once', async () => {
    const batch = await openedBatch();
    const racing = Array.from({ length: 60 }, (_, n) =>
      several.post(
        n % 2 === 0 ? 'first' : 'second',
        `/v1/batches/${batch}/quarantines`,
        OPERATOR,
        fact({ scope: 'whole-batch', reason: 'deviation' }),
      ),
    );
    const answers = await Promise.all(racing);
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    const seqs = answers.map(({ body }) => body.receipt.seq as number);
    expect(new Set(seqs).size).toBe(60);
    const last = answers.reduce((a, b) => (a.body.receipt.seq > b.body.receipt.seq ? a : b));
    const lines = await historyOf(`batch-${batch}`, last.body.receipt.position);
    let previous: { seq: number; leaf: string; recordedAt: string } | null = null;
    for (const { header, body } of lines) {
      const sealed = checkSealed({ header: Buffer.from(header), body: Buffer.from(body), previous });
      previous = { seq: sealed.header.seq, leaf: leafHash(Buffer.from(header)), recordedAt: sealed.header.recordedAt };
    }
    expect(lines.filter(({ body }) => body.includes('"type":"batch.quarantined.v1"'))).toHaveLength(60);
  });

  it('store what is sent to both of them once, with personal values that both digest alike', async () => {
    const statement = fact({ role: 'donor', name: '王小明' });
    const path = `/v1/persons/donor-${uuidv7()}`;
    const both = await Promise.all([
      several.post('first', path, PHYSICIAN, statement),
      several.post('second', path, PHYSICIAN, statement),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 201]);
    const [one, other] = both.map(({ body }) => body.receipt);
    expect([one.leaf, one.seq]).toEqual([other.leaf, other.seq]);
  });

  it('show at one what another recorded, with the personal values from the vault of a third', async () => {
    const donor = `donor-${uuidv7()}`;
    const { body } = await several.post('second', `/v1/persons/${donor}`, PHYSICIAN, fact({ role: 'donor', name: '李小红' }));
    const { position } = body.receipt;
    const asked = `/v1/streams/person-${donor}/history?minPosition=${position}&disclosures=shown`;
    const history = await several.get('query', asked, PHYSICIAN);
    expect(await history.text()).toContain('李小红');
  });

  it('prove in one what another recorded, under the policy that all were given', async () => {
    const donor = `donor-${uuidv7()}`;
    const { body } = await several.post('second', `/v1/persons/${donor}`, PHYSICIAN, fact({ role: 'donor' }));
    const ask = () => several.get('attestation', `/v1/streams/person-${donor}/0/proof`, PHYSICIAN);
    await expect.poll(async () => (await ask()).status).toBe(200);
    const proven = verifyEventProof(readEventProof((await (await ask()).json()) as never), readPolicy(several.policy));
    expect([proven.header.stream, proven.leaf]).toEqual([`person-${donor}`, body.receipt.leaf]);
  });
});

describe.skipIf(why !== undefined)('the relay, a process of its own', () => {
  it('puts into topics what the others record, in the order of each stream, once', async () => {
    const donor = `donor-${uuidv7()}`;
    const path = `/v1/persons/${donor}`;
    const answers = [
      await several.post('first', path, PHYSICIAN, fact({ role: 'donor' })),
      await several.post('second', `${path}/screenings`, PHYSICIAN, fact(persons.examples.screened())),
      await several.post('first', `${path}/screenings`, PHYSICIAN, fact(persons.examples.screened())),
    ];
    const leaves = answers.map(({ body }) => body.receipt.leaf);
    const came: string[] = [];
    const broker = openKafkaBroker({ brokers: kafka!.brokers, clientId: 'qc-centre', tls: false });
    await broker.subscribe({
      group: 'multi-process.e2e',
      topics: ['cytoledger.person.v1'],
      from: 'earliest',
      handle: async (messages) => {
        for (const { key, value } of messages) if (key === `person-${donor}`) came.push(readCloudEvent(value!).leaf);
      },
    });
    await expect.poll(() => came.length, { timeout: 60_000, interval: 100 }).toBeGreaterThanOrEqual(leaves.length);
    await broker.close();
    expect(came).toEqual(leaves);
  }, 120_000);
});

describe('a decision that lost a race with another process', () => {
  let store: EventStore;
  let commands: Commands;
  /** What happens between the decision and its append. */
  let before: (stream: string) => Promise<void>;
  const { registered, screened, eligibilityDetermined } = persons.examples;

  beforeAll(async () => {
    const opened = await openEventStore(several.double.url);
    store = {
      ...{ checksBasis: opened.checksBasis },
      readStream: (...given) => opened.readStream(...given),
      findById: (...given) => opened.findById(...given),
      heads: (...given) => opened.heads(...given),
      readAll: (...given) => opened.readAll(...given),
      headPosition: () => opened.headPosition(),
      subscribe: (...given) => opened.subscribe(...given),
      close: () => opened.close(),
      append: async (stream, ...given) => {
        await before(stream);
        return opened.append(stream, ...given);
      },
    };
    const vault = openHttpVault(several.vault);
    commands = createCommands({ store, vault, operator: 'cytoledger-operator', nonceKey: several.nonceKey });
  });
  afterAll(async () => {
    await commands?.drain();
    await store?.close();
  });

  const decide = (target: string, given: AnyFact, data: object) =>
    commands.submit({
      ...{ fact: given, target, correlation: 'race', causation: null },
      actor: { org: 'hosp-a', person: 'staff-hosp-a-01', role: 'hospital.physician', client: null },
      statement: fact(data) as never,
    });

  async function race(motherAtLast: object | null): Promise<{ deviations: number; findings: number }> {
    const [baby, mother] = [`donor-${uuidv7()}`, `mother-${uuidv7()}`];
    const say = async (person: string, rest: string, data: object) => {
      const { status, body } = await several.post('second', `/v1/persons/${person}${rest}`, PHYSICIAN, fact(data));
      expect(status, JSON.stringify(body)).toBe(201);
    };
    await say(baby, '', registered({ newborn: true, birthMother: mother }));
    await say(mother, '', registered({ role: 'birth-mother' }));
    for (const person of [mother, baby]) await say(person, '/screenings', screened());
    let isLost = false;
    before = async (stream) => {
      if (stream !== `person-${baby}` || isLost) return;
      isLost = true;
      if (motherAtLast) await say(mother, '/screenings', motherAtLast);
    };
    const outcome = await decide(baby, persons.eligibilityDetermined, eligibilityDetermined());
    if (outcome.kind !== 'recorded') throw new Error(JSON.stringify(outcome));
    await commands.drain();
    const types: string[] = [];
    for await (const page of store.readStream(`person-${baby}`)) types.push(...page.map(({ type }) => type));
    return {
      deviations: types.filter((type) => type === 'person.deviation-raised.v1').length,
      findings: outcome.findings.length,
    };
  }

  it('is recorded as it was decided, and at once as a deviation: the store could not check what it was based on', async () => {
    expect(store.checksBasis).toBe(false);
    expect(await race(screened({ hbsag: 'reactive' }))).toEqual({ deviations: 1, findings: 0 });
  });

  it('leaves no trace where the same would have been decided', async () => {
    expect(await race(screened())).toEqual({ deviations: 0, findings: 0 });
  });

  it('is nothing of the kind where nobody raced', async () => {
    expect(await race(null)).toEqual({ deviations: 0, findings: 0 });
  });
});
