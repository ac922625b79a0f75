import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WitnessDouble } from '@cytoledger/attestation/specification';
import { newId } from '@cytoledger/event-store/contract';
import { ROLES, type Role } from '@cytoledger/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { loadDemo } from '../demo/index.ts';
import { SCENARIOS } from '../demo/reading.ts';
import type { TokenClaims } from '../issuer.ts';
import { type Platform, startPlatform } from '../platform.ts';
import { ASKING, OPEN } from './access-table.fixture.ts';
import { openCases, type Treated } from './oversight-case.fixture.ts';
import { spelledOut } from './spelled-out.fixture.ts';
import { unpacked } from './unpacked.fixture.ts';

/** Two hospitals that treat with cells of the same batches, a third that gave the tissue: the demonstration's scenarios, on a real platform. */
type Operation = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly key: string;
  readonly formats: readonly string[];
};

/** What the log itself says, read before anybody asks. */
type Known = {
  /** Pseudonyms of those who were planned to be treated, by the hospital that planned it. */
  readonly patients: ReadonlyMap<string, ReadonlySet<string>>;
  readonly streams: readonly string[];
  readonly units: readonly string[];
  readonly lots: readonly string[];
  /** Of each hospital one who was given cells of the laboratory. */
  readonly treated: readonly Treated[];
};

/** What is played: many patients of two hospitals, and a look-back among them. */
const PLAYED = ['1-knee-osteoarthritis', '4-ineligible-donor'];
const HOSPITALS = ['hospital-a', 'hospital-b'];

let folder: string;
let platform: Platform;
let witness: WitnessDouble;
let known: Known;
let operations: readonly Operation[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'access-'));
  // Without a witness there would be no evidence to look into.
  witness = await new WitnessDouble('witness.example').listen();
  const beside = join(folder, 'data', 'attestation', 'witnesses', witness.name);
  await mkdir(beside, { recursive: true });
  await writeFile(join(beside, 'vkey'), witness.vkey);
  const dataDir = join(folder, 'data');
  const env = { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent', WITNESSES: `${witness.name}=${witness.url}` };
  platform = await startPlatform(readConfig(env, ['--empty']));
  const from = join(folder, 'scenarios');
  for (const part of ['cast.json', ...PLAYED]) await cp(join(SCENARIOS, part), join(from, part), { recursive: true });
  const { surprises } = await loadDemo({ url: platform.url, issuer: platform.issuer!, dataDir, scenarios: true, from });
  expect(surprises).toEqual([]);
  await openCases(say, (await readLog()).treated, String(await platform.store.headPosition()));
  known = await readLog();
  operations = await readOperations();
  await ask(
    await tokenOf({ org: 'qc-centre', roles: ['oversight'] }),
    `/v1/due?minPosition=${await platform.store.headPosition()}`,
  );
});
afterAll(async () => {
  await platform.close();
  witness.close();
  await rm(folder, { recursive: true, force: true });
});

const tokenOf = (claims: TokenClaims) => platform.issuer!.token({ person: 'staff-access-01', ...claims });

type Answered = { readonly status: number; readonly text: string; readonly code: string | undefined; readonly detail: string };

async function ask(token: string | undefined, path: string, method: 'GET' | 'POST' = 'GET'): Promise<Answered> {
  const response = await fetch(platform.url + path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(method === 'POST' && { 'content-type': 'application/json' }),
    },
    ...(method === 'POST' && { body: '{}' }),
  });
  const text = unpacked(Buffer.from(await response.arrayBuffer()));
  const problem = response.headers.get('content-type')?.startsWith('application/problem+json') ? JSON.parse(text) : {};
  return { status: response.status, text, code: problem.code, detail: problem.detail ?? '' };
}

async function say(claims: TokenClaims, path: string, data: object): Promise<void> {
  const response = await fetch(`${platform.url}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await tokenOf(claims)}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      id: newId(),
      occurredAt: new Date().toISOString(),
      capture: { mode: 'direct', precision: 's' },
      data,
    }),
  });
  expect(response.status, `${path}: ${await response.text()}`).toBe(201);
}

/** Without the digests of personal fields, which whoever proposes a correction leaves out. */
const inClear = (data: object) =>
  JSON.parse(JSON.stringify(data, (name, value) => (name === '_sd' ? undefined : value))) as object;

async function readLog(): Promise<Known> {
  const patients = new Map<string, Set<string>>();
  const streams = new Set<string>();
  const units = new Set<string>();
  const lots = new Set<string>();
  const planned = new Map<string, Treated['planned']>();
  const treated = new Map<string, Treated>();
  for await (const page of platform.store.readAll())
    for (const { stream, body } of page) {
      streams.add(stream);
      const { actor, content } = JSON.parse(Buffer.from(body).toString()) as {
        actor: { org: string };
        content: {
          id: string;
          type: string;
          data: { patient: string; treatment: string; unit: string; lot: string; units: { id: string }[] };
        };
      };
      if (content.type === 'treatment.planned.v1') {
        const own = patients.get(actor.org) ?? new Set();
        patients.set(actor.org, own.add(content.data.patient));
        planned.set(stream, { event: content.id, data: inClear(content.data) });
      }
      if (content.type === 'batch.unit-infused.v1' && HOSPITALS.includes(actor.org)) {
        const { patient, treatment, unit } = content.data;
        const plan = planned.get(`treatment-${treatment}`);
        const batch = stream.slice('batch-'.length);
        if (plan) treated.set(actor.org, { hospital: actor.org, patient, treatment, planned: plan, batch, unit });
      }
      if (content.type === 'batch.split.v1') units.add(content.data.units[0]!.id).add(content.data.units.at(-1)!.id);
      if (content.type === 'batch.material-used.v1') lots.add(content.data.lot);
    }
  return { patients, streams: [...streams], units: [...units], lots: [...lots], treated: [...treated.values()] };
}

/** Every route that is no fact's, as the platform itself publishes them. */
async function readOperations(): Promise<Operation[]> {
  type Described = {
    readonly 'x-event-type'?: string;
    readonly security?: readonly unknown[];
    readonly parameters?: readonly { readonly name: string; readonly schema: { readonly enum?: readonly string[] } }[];
  };
  const { paths } = JSON.parse((await ask(undefined, '/openapi.json')).text) as {
    paths: Record<string, Record<string, Described>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, described]) => described['x-event-type'] === undefined && !('x-stream' in described))
      .map(([method, described]) => ({
        method: method.toUpperCase() as 'GET' | 'POST',
        path,
        key: `${method.toUpperCase()} ${path.replace(/^\/v1\//, '').replaceAll(/\{(\w+)\}/g, ':$1')}`,
        formats: described.parameters?.find(({ name }) => name === 'format')?.schema.enum ?? [],
      })),
  );
}

const asking = new Map(ASKING.flatMap(({ routes, roles }) => routes.flatMap(spelledOut).map((route) => [route, roles] as const)));
const open = new Set(OPEN.flatMap(spelledOut));

describe('the table of who may ask what', () => {
  it('names every question that the platform publishes, and no other', () => {
    const named = new Set([...asking.keys(), ...open]);
    const published = new Set(operations.map(({ key }) => key));
    expect(
      [...published].filter((key) => !named.has(key)),
      'write down in access-table.fixture.ts who may ask this',
    ).toEqual([]);
    expect([...named].filter((key) => !published.has(key))).toEqual([]);
  });

  it.each(ROLES)('lets %s ask what it names, and nothing else', async (role) => {
    const token = await tokenOf({ org: 'hospital-z', roles: [role] });
    const found: string[] = [];
    for (const { method, path, key } of operations) {
      if (open.has(key)) continue;
      const url = path.replaceAll(/\{(\w+)\}/g, '0192f5c4-0000-7000-8000-0000000000ff');
      const { status, code, detail } = await ask(token, `${url}?${key === 'GET feed' ? 'follow=false' : ''}`, method);
      const refused = status === 403 && code === 'forbidden' && detail.startsWith('This is for');
      if (refused === (asking.get(key)?.includes(role) ?? false)) found.push(`${key}: ${status} ${code}`);
    }
    expect(found).toEqual([]);
  });

  it('lets nobody without a token ask what is not open', async () => {
    const found: string[] = [];
    for (const { method, path, key } of operations)
      if (!open.has(key) && (await ask(undefined, path, method)).status !== 401) found.push(key);
    expect(found).toEqual([]);
  });
});

/** So many of each kind are asked for, from all over the log: one answer is made as the other. */
const SAMPLED = 3;
/** Of so many questions one is asked in every form there is: they are made of one answer. */
const FORMS_OF = 5;

function some<T>(all: readonly T[], most = SAMPLED): T[] {
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(most, all.length) }, (_, n) => all[Math.floor(n * step)]!);
}

const streamsOf = (kind: string) => some(known.streams.filter((stream) => stream.startsWith(`${kind}-`)));
const idsOf = (kind: string) => streamsOf(kind).map((stream) => stream.slice(kind.length + 1));
const KINDS = [
  'person',
  'donation',
  'batch',
  'treatment',
  'shipment',
  'release',
  'fact',
  'recall',
  'correction',
  'deviation',
  'sample',
  'query',
  'inspection',
];

/** What can stand in a path, and after it. */
function questions({ path, key, formats }: Operation): string[] {
  const everybody = [...known.patients.values()].flatMap((own) => some([...own], 3));
  const units = some(known.units);
  const lots = some(known.lots, 2);
  const values: Readonly<Record<string, readonly string[]>> = {
    batchId: idsOf('batch'),
    unitId: units,
    treatmentId: idsOf('treatment'),
    patient: everybody,
    stream: KINDS.flatMap(streamsOf),
    seq: ['0'],
    site: [...known.patients.keys()],
    releaseId: idsOf('release'),
    recallId: idsOf('recall'),
    correctionId: idsOf('correction'),
    rest: ['000'],
  };
  const origins = [
    ...idsOf('person').map((id) => `donor=${id}`),
    ...idsOf('donation').map((id) => `donation=${id}`),
    ...idsOf('batch').map((id) => `batch=${id}`),
    ...units.map((id) => `unit=${id}`),
    ...lots.map((lot) => `lot=${encodeURIComponent(lot)}`),
  ];
  const head = 'before=1';
  const asked: Readonly<Record<string, readonly string[]>> = {
    'GET traces/units': origins,
    'GET traces/recipients': origins,
    'GET traces/failures': origins,
    'GET traces/origins': origins.filter((origin) => /^(batch|unit)=/.test(origin)),
    'GET traces/look-back': origins.filter((origin) => origin.startsWith('donor=')),
    'GET search': [...everybody, ...units, ...lots, ...idsOf('batch')].map((text) => `q=${encodeURIComponent(text)}`),
    'GET streams/:stream/differences': [head],
    'GET streams/:stream/history': ['disclosures=shown', 'limit=500'],
    'GET batches/:batchId/history': ['limit=500'],
    'GET batches/:batchId/units/:unitId/gate': idsOf('treatment')
      .slice(0, 3)
      .map((id) => `treatment=${id}`),
    'GET bedside/light': everybody.map((patient) => `unit=${known.units[0]}&patient=${patient}`),
    'GET feed': ['follow=false'],
    'GET batches/:batchId/evidence': ['lineage=1', 'lineage=1&disclosures=shown'],
    'GET due': ['now=2036-01-01T00:00:00Z'],
  };
  const paths = path
    .split('/')
    .reduce<string[]>(
      (all, part) => {
        const name = /^\{(\w+)\}$/.exec(part)?.[1];
        const parts = name === undefined ? [part] : (values[name] ?? []);
        return all.flatMap((before) => parts.map((each) => `${before}/${encodeURIComponent(each)}`));
      },
      [''],
    )
    .map((each) => each.slice(1));
  const other = formats.filter((format) => format !== 'json');
  return paths
    .flatMap((each) => (asked[key] ?? ['']).map((query) => `${each}?${query}`))
    .flatMap((question, n) => [
      question,
      ...(n % FORMS_OF === 0 && !question.includes('disclosures') ? other.map((format) => `${question}&format=${format}`) : []),
    ]);
}

type Seen = {
  /** Questions that were answered with something. */
  readonly answered: ReadonlySet<string>;
  /** Who stood in an answer that must not; what the question itself named is no news. */
  readonly found: readonly string[];
  /** Patients who stood in the answers as they should. */
  readonly own: ReadonlySet<string>;
};

/** Asks everything that the role may ask, and looks through every byte of the answers for patients. */
async function seenBy(claims: TokenClaims, own: readonly string[]): Promise<Seen> {
  const token = await tokenOf(claims);
  const everybody = [...known.patients.values()].flatMap((all) => [...all]);
  const patients = new RegExp(everybody.map((each) => each.replaceAll(/[^\w]/g, '\\$&')).join('|'), 'g');
  const mine = new Set(own);
  const seen = { answered: new Set<string>(), found: new Set<string>(), own: new Set<string>() };
  const role = claims.roles[0] as Role;
  const left = operations
    .filter(({ method, key }) => method === 'GET' && asking.get(key)?.includes(role))
    .flatMap((operation) => questions(operation).map((question) => [operation.key, question] as const))
    .values();
  const worker = async () => {
    for (const [key, question] of left) {
      const { status, text } = await ask(token, question);
      if (status === 200) seen.answered.add(key);
      for (const [name] of text.matchAll(patients)) {
        if (question.includes(name)) continue;
        if (mine.has(name)) seen.own.add(name);
        else seen.found.add(`${key} ${question}: ${name}`);
      }
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return { ...seen, found: [...seen.found] };
}

const patientsOf = (org: string) => [...(known.patients.get(org) ?? [])];

describe('whatever is asked, in whatever form', () => {
  it('there are hospitals with patients of their own, treated from the same batches', () => {
    expect(patientsOf('hospital-a').length).toBeGreaterThan(20);
    expect(patientsOf('hospital-b').length).toBeGreaterThan(10);
  });

  it.each(['hospital-a', 'hospital-b'])('%s sees patients of its own, and never one of another', async (org) => {
    const { answered, found, own } = await seenBy({ org, roles: ['hospital.physician'] }, patientsOf(org));
    expect(found).toEqual([]);
    expect(own.size).toBe(patientsOf(org).length);
    expect([...answered]).toEqual(
      expect.arrayContaining([
        'GET traces/recipients',
        'GET patients/:patient/given',
        'GET streams/:stream/history',
        'GET batches/:batchId/evidence',
        'GET feed',
        'GET search',
        'GET due',
        'GET whereabouts',
        'GET recalls/:recallId',
        'GET corrections/:correctionId',
      ]),
    );
  });

  it.each(HOSPITALS)('%s sees of a recall its own line and no other, and no correction or question of another', async (org) => {
    const token = await tokenOf({ org, roles: ['hospital.physician'] });
    const [recall] = idsOf('recall');
    const { sites } = JSON.parse((await ask(token, `/v1/recalls/${recall}`)).text) as { sites: readonly { site: string }[] };
    expect(sites.map(({ site }) => site)).toEqual([org]);
    const statuses = async (kind: string, path: (id: string) => string) =>
      Promise.all(idsOf(kind).map(async (id) => (await ask(token, path(id))).status));
    expect((await statuses('correction', (id) => `/v1/corrections/${id}`)).sort()).toEqual([200, 404]);
    for (const kind of ['query', 'inspection'])
      expect((await statuses(kind, (id) => `/v1/streams/${kind}-${id}/history`)).sort()).toEqual([200, 404]);
  });

  it.each([
    ['hospital-c', 'hospital.physician'],
    ['hospital-z', 'hospital.physician'],
    ['lab-a', 'lab.qa'],
    ['qc-lab', 'qc.analyst'],
    ['courier-a', 'courier'],
  ] as const)('%s, which treats nobody, never sees a patient', async (org, role) => {
    const { found, answered } = await seenBy({ org, roles: [role] }, []);
    expect(found).toEqual([]);
    expect([...answered]).toContain('GET feed');
  });

  it('a patient sees themselves and nobody else', async () => {
    const [self] = patientsOf('hospital-a');
    const { found, own } = await seenBy({ org: 'hospital-a', roles: ['patient'], person: self! }, [self!]);
    expect([found, [...own]]).toEqual([[], [self]]);
  });
});
