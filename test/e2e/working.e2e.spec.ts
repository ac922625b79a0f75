import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newEventId } from '@cytoledger/client';
import { loadDemo, type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Json = Record<string, unknown>;
type Answered = { status: number; body: Json };

const OPERATOR = 'staff-lab-a-01';
const VERIFIER = 'staff-lab-a-02';
const DAY_MS = 86_400_000;

let folder: string;
let platform: Platform;
let tokens: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-working-'));
  platform = await startPlatform(readConfig({ DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent' }, ['--empty']));
  const demo = await loadDemo({ url: platform.url, issuer: platform.issuer!, dataDir: folder, scenarios: false });
  const admin = { org: 'lab-a', person: 'staff-lab-a-09', roles: ['site.admin' as const] };
  tokens = { ...(demo.tokens as unknown as typeof tokens), 'site.admin': await platform.issuer!.token(admin) };
});
afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true, force: true });
});

async function call(role: string, path: string, body?: object, language = 'en'): Promise<Answered> {
  const response = await fetch(platform.url + path, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${tokens[role]}`, 'content-type': 'application/json', 'accept-language': language },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

function say(
  role: string,
  path: string,
  data: object,
  language = 'en',
  occurredAt = new Date().toISOString(),
): Promise<Answered> {
  const capture = { mode: 'paper', precision: 's' };
  return call(role, path, { id: newEventId(), occurredAt, capture, data }, language);
}

async function recorded(...args: Parameters<typeof say>): Promise<string[]> {
  const { status, body } = await say(...args);
  expect(status, `${args[1]}: ${JSON.stringify(body)}`).toBe(201);
  return (body['findings'] as { rule: string }[]).map(({ rule }) => rule);
}

const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
const dayIn = (days: number) => ago(-days).slice(0, 10);

async function openedBatch(donor = 'donor-working-1'): Promise<string> {
  const [product, donation, batch] = [randomUUID(), randomUUID(), randomUUID()];
  const line = { line: '1', test: 'viability', method: 'NC-200', stage: 'release', mandatory: true };
  await recorded('lab.qa', `/v1/products/${product}/specifications`, {
    ...{ version: 1, autologous: false, name: { en: 'MSC', zh: '间充质干细胞' } },
    lines: [{ ...line, limit: { op: '≥', value: '85', unit: '%' } }],
  });
  await recorded('hospital.physician', `/v1/donations/${donation}`, { donor, kind: 'allogeneic' });
  await recorded('lab.operator', `/v1/batches/${batch}`, {
    ...{ product: { id: product, specification: 1 }, inputs: [{ donation }], autologous: false },
  });
  return batch;
}

async function traced(role: string, query: string): Promise<Answered> {
  return call(role, `/v1/traces/units?${query}&minPosition=${await platform.store.headPosition()}`);
}

describe('a device, from qualification to the units it touched', () => {
  const device = randomUUID();
  const hands = { operator: VERIFIER, verifier: OPERATOR };

  it('is kept by its laboratory, is doubted, and is found by whoever asks from it', async () => {
    const at = `/v1/equipment/${device}`;
    const about = { code: 'INC-31', kind: 'incubator', stage: 'performance', outcome: 'passed', needsCalibration: true };
    expect(await recorded('lab.operator', `${at}/qualifications`, about, 'en', ago(90))).toEqual([]);
    const calibration = { asFound: 'within', asLeft: 'within', due: dayIn(-10) };
    expect(await recorded('lab.operator', `${at}/calibrations`, calibration, 'en', ago(80))).toEqual([]);

    const batch = await openedBatch();
    const step = { equipmentIds: [device], passage: 0, ...hands };
    expect(await recorded('lab.operator', `/v1/batches/${batch}/isolations`, step, 'en', ago(20))).toEqual([]);
    expect(await recorded('lab.operator', `/v1/batches/${batch}/passages`, { ...step, passage: 1 })).toEqual([
      'batch.equipment-calibration-overdue',
    ]);
    const unit = randomUUID();
    await recorded('lab.operator', `/v1/batches/${batch}/harvests`, hands);
    await recorded('lab.operator', `/v1/batches/${batch}/splits`, { units: [{ id: unit, kind: 'vial', ordinal: 1 }], ...hands });

    const failure = { failure: randomUUID(), since: ago(30), mode: 'out-of-tolerance' };
    expect(await recorded('lab.qa', `${at}/failures`, failure)).toEqual(['equipment.failed']);
    const found = await traced(
      'lab.qa',
      `equipment=${device}&from=${encodeURIComponent(ago(25))}&to=${encodeURIComponent(ago(15))}`,
    );
    expect((found.body['rows'] as { unit: string }[]).map((row) => row.unit)).toEqual([unit]);
    const outside = await traced(
      'lab.qa',
      `equipment=INC-31&from=${encodeURIComponent(ago(15))}&to=${encodeURIComponent(ago(5))}`,
    );
    expect(outside).toMatchObject({ status: 200, body: { rows: [] } });
    expect((await traced('hospital.physician', `equipment=${device}`)).status).toBe(404);

    expect(await recorded('lab.operator', `${at}/alarms`, { alarm: randomUUID(), kind: 'power' })).toEqual(['equipment.alarm']);
    expect(await recorded('lab.qa', `${at}/returns`, { ground: 'adjusted' })).toEqual([]);
    expect((await say('hospital.nurse', `${at}/returns`, { ground: 'other' })).status).toBe(404);
  });

  it('stands on the due list of its laboratory, and not on that of others', async () => {
    const minPosition = await platform.store.headPosition();
    const due = async (role: string) => {
      const { body } = await call(role, `/v1/due?kind=calibration&minPosition=${minPosition}`);
      return (body['due'] as Json[]).filter(({ stream }) => stream === `equipment-${device}`);
    };
    expect(await due('lab.qa')).toEqual([expect.objectContaining({ kind: 'calibration', subject: 'INC-31', overdue: true })]);
    expect(await due('hospital.physician')).toEqual([]);
  });
});

describe('a room', () => {
  it('takes two donors’ material in one cabinet as a critical finding, and answers in Chinese that its citation is to be confirmed', async () => {
    const [room, first, second] = [randomUUID(), randomUUID(), randomUUID()];
    const at = `/v1/rooms/${room}`;
    const [one, other] = [await openedBatch(), await openedBatch('donor-working-2')];
    await recorded('lab.operator', at, { code: 'GMP-31', grade: 'B', cabinets: ['BSC-01'] });
    const clearance = { outcome: 'passed', operator: OPERATOR, verifier: VERIFIER };
    expect(await recorded('lab.operator', `${at}/clearances`, clearance)).toEqual([]);
    const session = (id: string, batch: string) => ({ session: id, cabinet: 'BSC-01', batch });
    expect(await recorded('lab.operator', `${at}/sessions`, session(first, one))).toEqual([]);
    const beside = await say('lab.operator', `${at}/sessions`, session(second, other), 'zh');
    const findings = beside.body['findings'] as { rule: string; citation: string; message: string }[];
    expect(findings.map(({ rule }) => rule)).toEqual(['room.two-donors-open', 'room.not-cleared']);
    expect(findings[0]!.message).toContain('其他供者');
    for (const { citation } of findings) expect(citation).toMatch(/\(引文待确认\)$/);
    expect(await recorded('lab.operator', `${at}/sessions/${first}/closure`, {})).toEqual([]);
    const plates = {
      sampledAt: ago(5),
      results: [{ point: 'S1', kind: 'settle-plate', value: '7', unit: '{CFU}', action: '5' }],
    };
    expect(await recorded('lab.qa', `${at}/monitoring`, plates)).toEqual(['room.beyond-action-limit']);
    const step = { roomId: room, session: first, passage: 0 };
    expect(await recorded('lab.operator', `/v1/batches/${other}/isolations`, step)).toEqual(
      expect.arrayContaining(['batch.room-beyond-action-limit', 'batch.session-of-other-material']),
    );
  });
});

describe('staff', () => {
  it('are asked about from their first authorisation on', async () => {
    const batch = await openedBatch();
    const person = 'staff-working-01';
    await recorded('site.admin', `/v1/staff/${person}`, { org: 'lab-a', roles: ['lab.operator'] });
    const step = { passage: 0, operator: person };
    expect(await recorded('lab.operator', `/v1/batches/${batch}/isolations`, step)).toEqual([]);
    const authorised = { task: 'passaging', training: { record: 'TR-1' }, from: dayIn(-3), authoriser: VERIFIER };
    expect(await recorded('lab.qa', `/v1/staff/${person}/authorisations`, authorised)).toEqual([]);
    expect(await recorded('lab.operator', `/v1/batches/${batch}/isolations`, step)).toEqual(['batch.staff-not-authorised']);
    expect(await recorded('lab.operator', `/v1/batches/${batch}/passages`, { ...step, passage: 1 })).toEqual([]);
    const suspended = { from: dayIn(-1), reason: 'procedure-changed' };
    expect(await recorded('lab.qa', `/v1/staff/${person}/suspensions`, suspended)).toEqual([]);
    expect(await recorded('lab.operator', `/v1/batches/${batch}/passages`, { ...step, passage: 1 })).toEqual([
      'batch.staff-not-authorised',
    ]);
    expect((await say('hospital.physician', `/v1/staff/${person}/suspensions`, suspended)).status).toBe(404);
  });
});

describe('a study', () => {
  it('that is suspended takes no new patient, until it is resumed', async () => {
    const study = randomUUID();
    const at = `/v1/studies/${study}`;
    const filed = {
      regime: 'cn-2015-iit',
      filingNumber: '粤 12',
      title: { zh: '研究', en: 'Study' },
      sites: ['lab-a', 'hospital-a'],
    };
    const filing = await say('hospital.physician', at, filed, 'zh');
    expect(filing.status).toBe(201);
    expect((filing.body['warnings'] as { rule: string }[]).map(({ rule }) => rule)).toContain('study.filing-number-strange');
    const { org } = JSON.parse(Buffer.from(tokens['hospital.physician']!.split('.')[1]!, 'base64url').toString()) as {
      org: string;
    };
    const approval = { site: org, ethicsApproval: 'IEC-1', from: dayIn(-3) };
    await recorded('hospital.physician', `${at}/site-approvals`, approval);
    await recorded('hospital.physician', `${at}/amendments`, { amendment: 'A1', parts: ['protocol'], ethicsApproval: 'IEC-2' });
    await recorded('oversight', `${at}/suspensions`, { by: 'authority', reason: 'safety' });
    const planned = () =>
      recorded('hospital.physician', `/v1/treatments/${randomUUID()}`, {
        patient: 'patient-working',
        product: randomUUID(),
        study,
      });
    expect(await planned()).toContain('treatment.study-suspended');
    await recorded('oversight', `${at}/resumptions`, { reference: 'D-1' });
    expect(await planned()).toEqual(['treatment.product-unknown']);
  });
});
