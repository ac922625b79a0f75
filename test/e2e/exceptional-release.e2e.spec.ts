import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey } from '@cytoledger/attest';
import { countersign, enrolmentStatements, newEventId, prepareContent } from '@cytoledger/client';
import { type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const AT = { occurredAt: '2026-11-21T10:00:00+08:00', capture: { mode: 'import', precision: 'min' } } as const;
const DIGEST = 'A'.repeat(43);
const [PRODUCT, BATCH, TREATMENT, OTHER, UNIT] = Array.from({ length: 5 }, () => newEventId()) as [
  string,
  string,
  string,
  string,
  string,
];
const gaps = [
  { about: 'donor-identity', reason: 'lost' },
  { about: 'donor-consent', reason: 'lost' },
  { about: 'donor-screening', reason: 'lost' },
  { about: 'donor-eligibility', reason: 'lost' },
];

let folder: string;
let platform: Platform;
const root = generateKey();
const signers = [
  { person: 'staff-0021', role: 'lab.qa', name: '王芳', key: generateKey() },
  { person: 'staff-0022', role: 'lab.qp', name: '李强', key: generateKey() },
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-exception-'));
  platform = await startPlatform(readConfig({ DATA_DIR: join(folder, 'data'), PORT: '0', LOG_LEVEL: 'silent' }, ['--empty']));
  await said('platform.admin', '/v1/sites/lab-a', { kind: 'laboratory', name: { zh: '甲', en: 'A' }, rootKey: root.publicJwk });
  for (const { person, role, name, key } of signers) {
    await said('site.admin', `/v1/staff/${person}`, { org: 'lab-a', roles: [role], name });
    const enrolment = enrolmentStatements({ key: key.privateJwk, org: 'lab-a', person, roles: [role] }, root.privateJwk);
    await said('site.admin', `/v1/keys/${key.kid}`, enrolment);
  }
  const line = (n: string, test: string, limit: object) => ({
    line: n,
    test,
    method: 'SOP',
    stage: 'release',
    limit,
    mandatory: true,
  });
  await said('lab.qa', `/v1/products/${PRODUCT}/specifications`, {
    version: 1,
    name: { zh: '细胞', en: 'cells' },
    autologous: false,
    lines: [
      line('1', 'viability', { op: '≥', value: '90', unit: '%' }),
      line('2', 'sterility', { op: 'is', anyOf: ['negative'] }),
    ],
  });
  await said('lab.qa', `/v1/batches/${BATCH}/legacy-import`, {
    product: { id: PRODUCT, specification: 1 },
    autologous: false,
    source: { kind: 'binder', name: 'binder 1' },
    declared: ['processing', 'materials', 'testing', 'storage'].map((about) => ({ about, grade: 'original' })),
    gaps,
    verifiers: ['staff-0031', 'staff-0032'],
  });
  await said('lab.operator', `/v1/batches/${BATCH}/splits`, { units: [{ id: UNIT, kind: 'cryobag', ordinal: 1 }] });
  for (const [id, patient] of [
    [TREATMENT, 'patient-0001'],
    [OTHER, 'patient-0002'],
  ]) {
    const planned = {
      patient,
      product: PRODUCT,
      physician: 'staff-0009',
      plannedDose: { value: '1', unit: '10*6.{cells}' },
      infusions: 1,
    };
    await said('hospital.physician', `/v1/treatments/${id}`, planned, 'hosp-a');
  }
});
afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: what a server answered is read by what the specification expects of it
type Heard = { readonly status: number; readonly body: any };

async function asked(
  role: string,
  path: string,
  org = 'lab-a',
  body?: object,
  accept = 'application/json',
): Promise<Heard & { readonly text: string }> {
  const token = await platform.issuer!.token({ org, roles: [role], person: 'staff-0001' });
  const answer = await fetch(platform.url + path, {
    headers: { authorization: `Bearer ${token}`, accept, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, body: accept === 'application/json' ? JSON.parse(text) : null };
}

async function said(role: string, path: string, data: object, org = 'lab-a'): Promise<Heard> {
  const heard = await asked(role, path, org, { id: newEventId(), ...AT, data });
  if (heard.status !== 201) throw new Error(`${path}: ${heard.status} ${heard.text}`);
  return heard;
}

/** Signed by one after the other, as two persons do. */
async function signedByBoth(type: string, path: string, meaning: string, data: object): Promise<Heard> {
  const { content, disclosures } = prepareContent({ type, stream: `batch-${BATCH}`, ...AT, data } as never);
  const [first, second] = signers.map(({ key }) => ({ jws: countersign(content, key.privateJwk, meaning) }));
  const waiting = await asked('lab.qa', path, 'lab-a', { content, disclosures, signatures: [first] });
  if (waiting.status !== 202) return waiting;
  return asked('lab.qp', `/v1/releases/${waiting.body.release}/signatures`, 'lab-a', second);
}

const gate = async () => (await asked('lab.qa', `/v1/batches/${BATCH}/gate`)).body;
const rulesOf = (heard: Heard) => heard.body.violations.map(({ rule }: { rule: string }) => rule);
const atBedside = async (treatment: string) => {
  const { body } = await asked('hospital.nurse', `/v1/batches/${BATCH}/units/${UNIT}/gate?treatment=${treatment}`, 'hosp-a');
  return [...body.reasons, ...body.warnings].map(({ rule }: { rule: string }) => rule);
};

describe('an exceptional release', () => {
  let report: string;
  const release = async (over: object = {}) => {
    const { reviewed, gaps: found } = await gate();
    return signedByBoth('batch.exceptionally-released.v1', `/v1/batches/${BATCH}/exceptional-releases`, 'exceptional-release', {
      scope: { units: [UNIT] },
      reviewed,
      gaps: found.map(({ batch, about }: { batch: string; about: string }) => ({ batch, about })),
      treatment: TREATMENT,
      patient: 'patient-0001',
      failed: [{ line: '1', test: 'viability', results: [{ event: report, index: 0 }] }],
      noAlternative: { assessment: DIGEST, summary: 'no other product' },
      riskBenefit: { assessment: DIGEST },
      request: { physician: 'staff-0009', document: DIGEST },
      patientInformed: { document: DIGEST },
      ...over,
    });
  };

  it('is refused while its batch is not as it says', async () => {
    const tests = {
      results: [{ test: 'viability', line: '1', method: 'SOP', value: { value: '82', unit: '%' }, verdict: 'fail' }],
    };
    const recorded = await said('lab.qa', `/v1/batches/${BATCH}/tests`, tests);
    report = recorded.body.receipt.id;
    expect(rulesOf(await release())).toContain('release.line-not-passed');
    const sterile = {
      test: 'sterility',
      line: '2',
      method: 'SOP',
      value: { category: 'negative' },
      verdict: 'pass',
      analyst: 'staff-0011',
      reviewer: 'staff-0012',
    };
    await said('lab.qa', `/v1/batches/${BATCH}/tests`, { results: [sterile] });
    expect(rulesOf(await release({ patient: 'patient-0002' }))).toContain('exceptional.patient-differs');
    expect(rulesOf(await release({ gaps: [] }))).toContain('release.gaps-not-listed');
  });

  it('takes effect with the second signature, amber for its patient and red for another', async () => {
    const heard = await release();
    expect([heard.status, heard.body.outcome]).toEqual([201, 'recorded']);
    expect(heard.body.warnings.map(({ rule }: { rule: string }) => rule)).toContain('release.gaps-accepted');
    const allocation = { unit: UNIT, treatment: TREATMENT, patient: 'patient-0001', site: 'hosp-a' };
    const other = { ...allocation, treatment: OTHER, patient: 'patient-0002' };
    const refused = await asked('lab.qa', `/v1/batches/${BATCH}/units/${UNIT}/allocations`, 'lab-a', {
      id: newEventId(),
      ...AT,
      data: other,
    });
    expect(rulesOf(refused)).toContain('allocation.exceptional-other-treatment');
    await said('lab.qa', `/v1/batches/${BATCH}/units/${UNIT}/allocations`, allocation);
    expect(await atBedside(TREATMENT)).toEqual(expect.arrayContaining(['gate.exceptionally-released', 'gate.legacy-gaps']));
    expect(await atBedside(TREATMENT)).not.toContain('gate.test-failed');
    expect(await atBedside(OTHER)).toContain('gate.exceptional-other-patient');
  });

  it('ends at what fails after it', async () => {
    const growing = { test: 'sterility', line: '2', method: 'SOP', value: { category: 'positive' }, verdict: 'fail' };
    await said('lab.qa', `/v1/batches/${BATCH}/tests`, { results: [growing] });
    expect(await atBedside(TREATMENT)).toContain('gate.test-failed');
  });

  it('is printed for the auditor with the names of both and what they meant', async () => {
    const { position } = (await said('lab.operator', `/v1/batches/${BATCH}/split-closure`, { units: 1 })).body.receipt;
    const { status, text } = await asked(
      'lab.qa',
      `/v1/batches/${BATCH}/dossier?minPosition=${position}`,
      'lab-a',
      undefined,
      'text/html',
    );
    expect(status).toBe(200);
    for (const { name, person } of signers) expect(text).toContain(`<td>${name} (${person})</td>`);
    expect(text).toContain('<td>exceptional release</td>');
    expect(text).toContain('identity of the donor: record lost');
  });
});
