import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentDigest, contentNonce, contentText, generateKey, KEY_TYP, signContent, signStatement } from '@cytoledger/attest';
import { type AnyFact, corrections, persons, registry } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventId, eventsOf, recordedOf, submission, typesOf, uuid, verifiedLog } from './laboratory.fixture.ts';
import { type Office, openOffice } from './office-on-disk.fixture.ts';
import type { Submission } from './submission.ts';

const CHILD = fileURLToPath(new URL('killed-process.fixture.ts', import.meta.url));
const [A, B] = ['donor-0001', 'donor-0002'];
const { APPROVERS, LINK, linked, unlinked, registered, screened } = persons.examples;
const root = generateKey();
const keys = new Map(APPROVERS.map((person) => [person as string, generateKey()]));

let folder: string;
let office: Office;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossing-'));
  office = await openOffice(folder);
  await say(registry.siteRegistered, 'lab-a', registry.examples.siteRegistered({ rootKey: root.publicJwk }));
  for (const [person, key] of keys) {
    await say(registry.staffEnrolled, person, { org: 'lab-a', roles: ['lab.qa'], name: '陈静' });
    const said = { kid: key.kid, publicKey: key.publicJwk, org: 'lab-a', person, roles: ['lab.qa'] };
    const statements = {
      byOrganisation: signStatement(KEY_TYP, said as never, root.privateJwk),
      byKey: signStatement(KEY_TYP, said as never, key.privateJwk),
    };
    await say(registry.keyEnrolled, key.kid, { ...said, statements });
  }
  for (const person of [A, B]) await say(persons.registered, person, registered());
});
afterEach(async () => {
  await office.close();
  await rm(folder, { recursive: true, force: true });
});

async function say(fact: AnyFact, target: string, data: object): Promise<string> {
  return recordedOf(await office.commands.submit(submission(fact, target, data))).receipt.id;
}

/** What these people have signed, to be sent as often as it takes. */
function signed(fact: AnyFact, target: string, data: object, signers: readonly string[] = APPROVERS): Submission {
  const [id, stream] = [eventId(), `${fact.aggregate.name}-${target}`];
  const plain = submission(fact, target, data, { id, person: signers[0]! });
  const { occurredAt, capture } = plain.statement;
  const content = { id, type: fact.type, stream, occurredAt, capture: capture as never, data: data as never };
  const text = contentText({ ...content, nonce: contentNonce(Buffer.alloc(32, 7), stream, id) });
  const { meaning } = fact.signatures!;
  const said = { contentDigest: contentDigest(text), meaning, signedAt: new Date().toISOString() };
  const signatures = signers.map((person) => ({ jws: signContent(said, keys.get(person)!.privateJwk) }));
  return { ...plain, statement: { ...plain.statement, contentText: text, disclosures: [], signatures } };
}

/** Runs until the n-th append; whether it was killed there. Without a submission it acts upon what is in the log. */
async function killedBefore(n: number, at: string, sent?: Submission): Promise<boolean> {
  const said = join(at, 'said.json');
  if (sent) await writeFile(said, JSON.stringify({ ...sent, fact: undefined, permit: undefined, type: sent.fact.type }));
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [CHILD, at, String(n), ...(sent ? [said] : [])], (error, _out, complaint) => {
      if (error?.signal === 'SIGKILL') resolve(true);
      else if (error) reject(new Error(complaint));
      else resolve(false);
    });
  });
}

/** From what stands in the log now: killed before the first append, before the second, …, until there is none to be killed at. */
async function killedEverywhere(sent: Submission | undefined, then: (left: Office) => Promise<void>): Promise<number> {
  await office.close();
  for (let n = 1; ; n++) {
    const at = `${folder}-${n}`;
    try {
      await cp(folder, at, { recursive: true });
      const wasKilled = await killedBefore(n, at, sent);
      const left = await openOffice(at);
      try {
        await then(left);
        await verifiedLog(left.store);
      } finally {
        await left.close();
      }
      if (!wasKilled) {
        office = await openOffice(folder);
        return n - 1;
      }
    } finally {
      await rm(at, { recursive: true, force: true });
    }
  }
}

const linksOf = async ({ commands }: Office, person: string) =>
  persons.linkedTo((await commands.read(persons.person as never, person)).state as persons.PersonState);
const countOf = async ({ store }: Office, stream: string, type: string) =>
  typesOf(await eventsOf(store, stream)).filter((each) => each === type).length;

describe('a process that is killed with -9 while two persons are linked', () => {
  const link = () => signed(persons.linked, A, linked({ with: B }));
  const counts = async (left: Office) => [
    await countOf(left, `person-${A}`, 'person.linked.v1'),
    await countOf(left, `person-${B}`, 'person.link-noted.v1'),
  ];

  it('leaves a link that its sender’s next try makes complete in both records, once', async () => {
    const sent = link();
    const killed = await killedEverywhere(sent, async (left) => {
      recordedOf(await left.commands.submit(sent));
      expect([await linksOf(left, A), await linksOf(left, B)]).toEqual([[B], [A]]);
      expect(await counts(left)).toEqual([1, 1]);
      await left.actUponAll();
      expect(await counts(left)).toEqual([1, 1]);
    });
    expect(killed).toBe(2);
  });

  it('leaves nothing decided where the sender does not come back, and what was noted is undone like any link', async () => {
    await killedEverywhere(link(), async (left) => {
      const [own, other] = [await linksOf(left, A), await linksOf(left, B)];
      // Nobody is linked to a record that does not know it, but the other way round until the sender tries again.
      expect(own).toEqual((await counts(left))[0] === 1 ? [B] : []);
      if (own.length > 0) expect(other).toEqual([A]);
      if (other.length === 0) return;
      recordedOf(await left.commands.submit(signed(persons.unlinked, B, unlinked({ link: LINK }))));
      expect([await linksOf(left, A), await linksOf(left, B)]).toEqual([[], []]);
    });
  });

  it('leaves an undoing that its sender’s next try makes complete in both records, once', async () => {
    recordedOf(await office.commands.submit(link()));
    const sent = signed(persons.unlinked, B, unlinked({ link: LINK }));
    const killed = await killedEverywhere(sent, async (left) => {
      recordedOf(await left.commands.submit(sent));
      expect([await linksOf(left, A), await linksOf(left, B)]).toEqual([[], []]);
      expect(await countOf(left, `person-${B}`, 'person.unlinked.v1')).toBe(1);
      expect(await countOf(left, `person-${A}`, 'person.link-noted.v1')).toBe(1);
    });
    expect(killed).toBe(2);
  });
});

describe('a process that is killed with -9 while a correction across records is applied', () => {
  it('applies it in all of them, once, when it begins again', async () => {
    const wrong = [await say(persons.screened, A, screened()), await say(persons.screened, B, screened())] as const;
    const correction = uuid();
    const taken = (person: string, event: string) => ({
      ...{ stream: `person-${person}`, event, type: persons.screened.type, change: 'never-happened' },
    });
    const amended = { event: await say(persons.screened, B, screened()), data: screened({ hbsag: 'reactive' }) };
    const targets = [
      ...[taken(A, wrong[0]), taken(B, wrong[1])],
      { stream: `person-${B}`, type: persons.screened.type, change: 'amend', ...amended },
    ];
    await say(corrections.proposed, correction, { targets, reason: 'transcription' });
    recordedOf(await office.commands.submit(signed(corrections.approved, correction, {}, APPROVERS.slice(0, 1))));
    const killed = await killedEverywhere(undefined, async (left) => {
      await left.actUponAll();
      await left.actUponAll();
      const { state } = await left.commands.read(corrections.correction as never, correction);
      expect(state).toMatchObject({
        status: 'applied',
        settled: targets.map(({ stream, event }) => ({ stream, event, refusedBy: [] })),
      });
      for (const [stream, type, count] of [
        [`person-${A}`, 'person.voided.v1', 1],
        [`person-${B}`, 'person.voided.v1', 1],
        [`person-${B}`, 'person.corrected.v1', 1],
        [`correction-${correction}`, 'correction.targets-settled.v1', 1],
        [`correction-${correction}`, 'correction.applied.v1', 1],
      ] as const)
        expect([stream, type, await countOf(left, stream, type)]).toEqual([stream, type, count]);
      const screenings = async (person: string) =>
        ((await left.commands.read(persons.person as never, person)).state as persons.PersonState).screenings.length;
      expect([await screenings(A), await screenings(B)]).toEqual([0, 1]);
    });
    expect(killed).toBeGreaterThanOrEqual(3);
  });
});
