import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey } from '@cytoledger/attest';
import {
  ApiProblem,
  type Client,
  type ClientOptions,
  createClient,
  enrolmentStatements,
  newEventId,
  openOutbox,
  revocationStatement,
  type StreamStatement,
  signedSubmission,
  signTogether,
} from '@cytoledger/client';
import { type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const AT = '2026-11-21T10:00:00+08:00';
const NOW = { occurredAt: AT, capture: { mode: 'direct', precision: 'min', reasonLate: 'system-outage' } } as const;

let folder: string;
let platform: Platform;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-client-'));
  platform = await startPlatform(readConfig({ DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent' }, ['--empty']));
});

afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true, force: true });
});

async function collected<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

function clientOf(org: string, role: string, person: string | null = 'staff-0001', over: Partial<ClientOptions> = {}): Client {
  const token = () => platform.issuer!.token({ org, roles: [role], ...(person === null ? { client_id: 'lims' } : { person }) });
  return createClient({ url: platform.url, token, ...over });
}

let persons = 0;
const newPerson = () => `donor-e2e-${String(++persons).padStart(5, '0')}`;

const registration = (person = newPerson()): StreamStatement<'person.registered.v1'> => ({
  type: 'person.registered.v1',
  stream: `person-${person}`,
  ...NOW,
  data: { role: 'donor' },
});

describe('one event', () => {
  it('is captured on the path that the platform names for its type', async () => {
    const captured = await clientOf('hospital-a', 'hospital.physician').capture('person.registered.v1', newPerson(), {
      ...NOW,
      data: { role: 'donor', name: '王五' },
    });

    expect(captured).toMatchObject({ outcome: 'recorded', replayed: false, receipt: { type: 'person.registered.v1', seq: 0 } });
  });

  it('is recorded once when it is sent twice', async () => {
    const client = clientOf('hospital-a', 'hospital.physician');
    const person = newPerson();
    const statement = { id: newEventId(), ...NOW, data: { role: 'donor' } } as const;

    const first = await client.capture('person.registered.v1', person, statement);
    const second = await client.capture('person.registered.v1', person, statement);

    expect(second.replayed).toBe(true);
    expect(second.receipt).toEqual(first.receipt);
  });

  it('names every place that could not be read, in the language that was asked for', async () => {
    const client = clientOf('hospital-a', 'hospital.physician', 'staff-0001', { language: 'zh' });
    const wrong = { ...NOW, data: { role: 'astronaut' } } as never;

    const problem = await client.capture('person.registered.v1', newPerson(), wrong).catch((error: unknown) => error);

    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem).toMatchObject({ status: 400, code: 'invalid', problem: { title: '无法识别所提交的内容' } });
    expect((problem as ApiProblem).violations.map(({ pointer }) => pointer)).toEqual(['/data/role']);
  });

  it('fills a path of several parameters from the data', async () => {
    const client = clientOf('hospital-a', 'hospital.physician');
    const person = newPerson();
    await client.capture('person.registered.v1', person, { ...NOW, data: { role: 'donor' } });
    const deviation = newEventId();
    await client.capture('person.deviation-raised.v1', person, {
      ...NOW,
      data: { deviation, class: 'minor', rule: null, event: null, description: 'the form was signed on the wrong line' },
    });

    const closed = await client.capture('person.deviation-closed.v1', person, { ...NOW, data: { deviation, impact: 'none' } });

    expect(closed).toMatchObject({ outcome: 'recorded', findings: [{ rule: 'deviation.closed-unsigned' }] });
  });
});

describe('what persons sign', () => {
  const root = generateKey();
  const own = generateKey();
  const admin = () => clientOf('lab-signs', 'site.admin', 'admin-0001');

  beforeAll(async () => {
    await clientOf('cytoledger-operator', 'platform.admin').capture('site.registered.v1', 'lab-signs', {
      ...NOW,
      data: { kind: 'laboratory', name: { zh: '甲实验室', en: 'Laboratory A' }, rootKey: root.publicJwk },
    });
    await admin().capture('staff.enrolled.v1', 'staff-0009', {
      ...NOW,
      data: { org: 'lab-signs', roles: ['lab.qa'], name: '李四' },
    });
  });

  it('is bound to a key that the organisation has vouched for', async () => {
    const data = enrolmentStatements(
      { key: own.privateJwk, org: 'lab-signs', person: 'staff-0009', roles: ['lab.qa'] },
      root.privateJwk,
    );

    expect(await admin().capture('key.enrolled.v1', own.kid, { ...NOW, data })).toMatchObject({ outcome: 'recorded' });
  });

  it('carries personal fields as digests that their disclosures answer, and keeps its signature', async () => {
    const person = newPerson();
    const statement = { ...registration(person), data: { role: 'donor', name: '赵六', contact: '+86 20 1234 5678' } } as const;
    const signed = signedSubmission(statement, own.privateJwk, 'registration');

    const captured = await clientOf('lab-signs', 'lab.qa', 'staff-0009').submit(signed);

    expect(signed.content).not.toContain('赵六');
    expect(signed.disclosures).toHaveLength(2);
    expect(captured).toMatchObject({ outcome: 'recorded', findings: [] });
    const [page] = await collected(platform.store.readStream(`person-${person}`));
    expect(Buffer.from(page![0]!.body).toString()).toContain(JSON.stringify(JSON.parse(signed.content)));
    expect(JSON.parse(Buffer.from(page![0]!.header).toString()).signatures).toEqual(signed.signatures);
  });

  it('is vouched for together by one signature over many', async () => {
    const statements = Array.from({ length: 5 }, () => registration());
    const bodies = signTogether(statements, own.privateJwk, 'submission');

    const results = await collected(clientOf('lab-signs', 'lab.qa', 'staff-0009').captureMany(bodies));

    expect(new Set(bodies.map(({ signatures }) => signatures[0]!.jws)).size).toBe(1);
    expect(results.map((result) => result.ok && result.captured)).toMatchObject(
      statements.map(({ stream }) => ({ outcome: 'recorded', findings: [], receipt: { stream } })),
    );
  });

  it('shows as a finding when it was signed with a key that was revoked', async () => {
    const lost = generateKey();
    const enrolled = enrolmentStatements({ key: lost.privateJwk, org: 'lab-signs', person: null, roles: [] }, root.privateJwk);
    await admin().capture('key.enrolled.v1', lost.kid, { ...NOW, data: enrolled });
    await admin().capture('key.revoked.v1', lost.kid, {
      ...NOW,
      data: revocationStatement({ kid: lost.kid, reason: 'lost' }, root.privateJwk),
    });

    const captured = await clientOf('lab-signs', 'lab.qa').submit(
      signedSubmission(registration(), lost.privateJwk, 'registration'),
    );

    expect(captured).toMatchObject({ outcome: 'recorded', findings: [{ rule: 'signature.revoked-key' }] });
  });
});

describe('what a program signs for its organisation', () => {
  const root = generateKey();
  const program = generateKey();
  const signing = (over: Partial<ClientOptions> = {}) =>
    clientOf('lab-programs', 'lab.qa', null, { signWith: { key: program.privateJwk }, ...over });

  beforeAll(async () => {
    await clientOf('cytoledger-operator', 'platform.admin').capture('site.registered.v1', 'lab-programs', {
      ...NOW,
      data: { kind: 'laboratory', name: { zh: '乙实验室', en: 'Laboratory B' }, rootKey: root.publicJwk },
    });
    const key = { key: program.privateJwk, org: 'lab-programs', person: null, roles: [] };
    await clientOf('lab-programs', 'site.admin', 'admin-0002').capture('key.enrolled.v1', program.kid, {
      ...NOW,
      data: enrolmentStatements(key, root.privateJwk),
    });
  });

  async function signaturesIn(stream: string): Promise<{ jws: string; path: { size: number } }[]> {
    const [page] = await collected(platform.store.readStream(stream));
    return JSON.parse(Buffer.from(page![0]!.header).toString()).signatures;
  }

  it('counts, and is stored once however often it is sent', async () => {
    const person = newPerson();
    const statement = { id: newEventId(), ...NOW, data: { role: 'donor', name: '孙七' } } as const;

    const first = await signing().capture('person.registered.v1', person, statement);
    const again = await signing().capture('person.registered.v1', person, statement);

    expect(first).toMatchObject({ outcome: 'recorded', replayed: false, findings: [] });
    expect(again).toMatchObject({ replayed: true, receipt: first.receipt });
    expect(await signaturesIn(`person-${person}`)).toHaveLength(1);
  });

  it('bears one signature for many lines, also where some of them cannot be signed', async () => {
    const lines = [registration(), { ...registration(), type: 'person.forgotten.v1' } as never, registration()];

    const results = await collected(signing().captureMany(lines));

    expect(results.map(({ status }) => status)).toEqual([201, 400, 201]);
    expect(results.map((result) => result.ok && result.captured.outcome === 'recorded' && result.captured.findings)).toEqual([
      [],
      false,
      [],
    ]);
    const [one, two] = [await signaturesIn(lines[0]!.stream), await signaturesIn(lines[2]!.stream)];
    expect(one[0]).toMatchObject({ jws: two[0]!.jws, path: { size: 2 } });
  });

  it('is another content under another key, and refused under the same id', async () => {
    const person = newPerson();
    const statement = { id: newEventId(), ...NOW, data: { role: 'donor' } } as const;
    await signing().capture('person.registered.v1', person, statement);

    const other = signing({ signWith: { key: generateKey().privateJwk } }).capture('person.registered.v1', person, statement);

    await expect(other).rejects.toMatchObject({ status: 409, code: 'event-id-conflict' });
  });
});

describe('many events', () => {
  it('come back in order, each with its own outcome, and none twice', async () => {
    const client = clientOf('hospital-a', 'hospital.coordinator');
    const lines = Array.from({ length: 2500 }, (_, n) =>
      n === 700 ? '{"type": broken' : { id: newEventId(), ...registration(newPerson()) },
    );

    const first = await collected(client.captureMany(lines));
    const second = await collected(client.captureMany(lines));

    expect(first.map(({ line }) => line)).toEqual(lines.map((_, n) => n + 1));
    expect(first.filter(({ ok }) => !ok).map(({ line, status }) => [line, status])).toEqual([[701, 400]]);
    expect(second.filter((result) => result.ok && !result.captured.replayed)).toEqual([]);
    expect(second.map((result) => result.ok && result.captured.receipt)).toEqual(
      first.map((result) => result.ok && result.captured.receipt),
    );
  });
});

describe('an outbox', () => {
  it('delivers what was captured while the link was down, once and in order', async () => {
    const outbox = await openOutbox({ dir: join(folder, 'outbox') });
    const person = newPerson();
    const registered = registration(person);
    const deviation = newEventId();
    const ids = [
      await outbox.enqueue(registered),
      await outbox.enqueue({
        ...registered,
        type: 'person.deviation-raised.v1',
        data: { deviation, class: 'minor', rule: null, event: null },
      }),
      await outbox.enqueue({ ...registered, type: 'person.deviation-closed.v1', data: { deviation, impact: 'none' } }),
    ];
    const nobody = createClient({ url: 'http://127.0.0.1:9', token: 'x', retry: { attempts: 1 } });

    expect(await outbox.drain(nobody)).toMatchObject({ sent: 0, stopped: { code: 'unreachable' } });
    expect(await outbox.drain(clientOf('hospital-a', 'hospital.physician'))).toEqual({ sent: 3, refused: 0, stopped: null });

    const receipts = (await collected(outbox.sent())).map(({ captured }) => captured.receipt);
    expect(receipts.map(({ id }) => id)).toEqual(ids);
    expect(receipts.map(({ seq }) => seq)).toEqual([0, 1, 2]);
  });
});
