import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disclosureDigest, readDisclosure, readPolicy } from '@cytoledger/attest';
import { type EvidenceClaim, erasedMark, verifyEvidence } from '@cytoledger/attest/evidence';
import { WitnessDouble } from '@cytoledger/attestation/specification';
import { newId } from '@cytoledger/event-store/contract';
import type { Role } from '@cytoledger/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { type Platform, startPlatform } from '../platform.ts';

const NAME = '一个容易认出的名字';
const LABORATORY = 'lab-a';
const DONOR = 'donor-evidence-1';
const [product, donation, batch] = [newId(), newId(), newId()];
/** So long ago that no term keeps a name any more. */
const LONG_AGO = '1990-11-21T00:00:00+08:00';

let folder: string;
let platform: Platform;
let witness: WitnessDouble;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evidence-'));
  witness = await new WitnessDouble('witness.example').listen();
  const beside = join(folder, 'attestation', 'witnesses', witness.name);
  await mkdir(beside, { recursive: true });
  await writeFile(join(beside, 'vkey'), witness.vkey);
  const env = { DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent', WITNESSES: `${witness.name}=${witness.url}` };
  platform = await startPlatform(readConfig(env, ['--empty']));
  await say('lab.qa', `products/${product}/specifications`, {
    ...{ version: 1, autologous: false, name: { en: 'MSC', zh: '间充质干细胞' } },
    lines: [
      {
        line: '1',
        test: 'viability',
        method: 'NC-200',
        stage: 'release',
        mandatory: true,
        limit: { op: '≥', value: '85', unit: '%' },
      },
    ],
  });
  await say('hospital.physician', `persons/${DONOR}`, { role: 'donor', name: NAME });
  await say('hospital.physician', `donations/${donation}`, { donor: DONOR, kind: 'allogeneic' });
  await say('lab.operator', `batches/${batch}`, {
    ...{ product: { id: product, specification: 1 }, inputs: [{ donation }], autologous: false },
  });
});
afterAll(async () => {
  await platform.close();
  witness.close();
  await rm(folder, { recursive: true, force: true });
});

async function call(role: Role, path: string, body?: object, org = LABORATORY): Promise<string> {
  const token = await platform.issuer!.token({ org, roles: [role], person: 'staff-0001' });
  const response = await fetch(`${platform.url}/v1/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.ok, `${path}: ${text}`).toBe(true);
  return text;
}

async function say(role: Role, path: string, data: object): Promise<void> {
  const capture = { mode: 'import', precision: 'day' };
  await call(role, path, { id: newId(), occurredAt: LONG_AGO, capture, data });
}

type Entry = { readonly header: { readonly stream: string }; readonly body: unknown; readonly disclosures: readonly string[] };

async function evidence(more: string, role: Role = 'lab.qa', org = LABORATORY) {
  const text = await call(role, `batches/${batch}/evidence?monitors=0${more}`, undefined, org);
  const policy = readPolicy(await readFile(join(folder, 'attestation', 'policy.txt'), 'utf8'));
  const { code, claims } = verifyEvidence([Buffer.from(text)], policy).report;
  expect(code).toBe('ok');
  const entries = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry & { kind: string })
    .filter(({ kind }) => kind === 'entry');
  const of = (stream: string) => entries.filter(({ header }) => header.stream === stream);
  return { claims, of };
}

const about = (claims: readonly EvidenceClaim[], stream: string) =>
  claims.find((claim) => claim.claim === 'stream' && claim.stream === stream);

describe('the evidence about a batch', () => {
  it('opens a name to who reported it, and marks it once it was erased, to nobody else', async () => {
    const [shown] = (await evidence('&lineage=1&disclosures=shown')).of(`person-${DONOR}`);
    const [name] = shown!.disclosures;
    expect(readDisclosure(name!)).toMatchObject({ name: 'name', value: NAME });

    await call('platform.admin', `subjects/${DONOR}/erasure`, { dryRun: false }, 'operator');

    const { claims, of } = await evidence('&lineage=1&disclosures=shown');
    expect(of(`person-${DONOR}`).map(({ body, disclosures }) => [typeof body, disclosures])).toEqual([
      ['object', [erasedMark(disclosureDigest(name!))]],
    ]);
    expect(claims.filter((claim) => claim.claim === 'event').every(({ disclosed }) => disclosed === 0)).toBe(true);
    expect((await evidence('&lineage=1')).of(`person-${DONOR}`)[0]!.disclosures).toEqual([]);
    const centre = await evidence('&lineage=1&disclosures=shown', 'oversight', 'qc-centre');
    expect(centre.of(`person-${DONOR}`)[0]!.disclosures).toEqual([]);
  });

  it('holds the recall, the correction and the deviation that touched it, whole, and names what it names', async () => {
    const [recall, correction, deviation] = [newId(), newId(), newId()];
    const position = String(await platform.store.headPosition());
    await say('lab.qa', `recalls/${recall}`, {
      ...{ mock: false, class: 'I', reason: 'material-recalled', trigger: { kind: 'material-recalled' } },
      ...{ origin: { kind: 'batch', id: batch }, position, batches: [batch], units: [] },
    });
    const target = { stream: `donation-${donation}`, event: newId(), type: 'donation.collected.v1', change: 'never-happened' };
    await say('lab.qa', `corrections/${correction}`, { targets: [target], reason: 'transcription' });
    await say('lab.qa', `deviations/${deviation}`, { class: 'major', category: 'process', records: [`batch-${batch}`] });
    const recalled = async () => (await evidence('&lineage=1')).of(`batch-${batch}`).map(({ body }) => JSON.stringify(body));
    await expect.poll(async () => (await recalled()).filter((body) => body.includes('batch.recalled.v1')).length).toBe(1);

    const { claims } = await evidence('&lineage=1');
    for (const stream of [`recall-${recall}`, `correction-${correction}`, `deviation-${deviation}`])
      expect(about(claims, stream), stream).toMatchObject({ entries: 1, shown: 1 });
    const alone = (await evidence('')).claims;
    expect(about(alone, `recall-${recall}`)).toBeDefined();
    expect(about(alone, `deviation-${deviation}`)).toBeDefined();
    expect(about(alone, `correction-${correction}`)).toBeUndefined();
  });
});
