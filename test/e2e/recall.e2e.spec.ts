import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '@cytoledger/cli';
import { newEventId } from '@cytoledger/client';
import { loadDemo, type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Json = Record<string, unknown>;

let folder: string;
let platform: Platform;
let tokens: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-recall-'));
  platform = await startPlatform(readConfig({ DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent' }, ['--empty']));
  const demo = await loadDemo({ url: platform.url, issuer: platform.issuer!, dataDir: folder, scenarios: false });
  tokens = demo.tokens as unknown as typeof tokens;
});
afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true, force: true });
});

async function call(role: string, path: string, body?: object): Promise<{ status: number; body: Json }> {
  const response = await fetch(platform.url + path, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${tokens[role]}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

async function say(role: string, path: string, data: object): Promise<Json> {
  const occurredAt = new Date().toISOString();
  const sent = { id: newEventId(), occurredAt, capture: { mode: 'direct', precision: 's' }, data };
  const { status, body } = await call(role, path, sent);
  expect(status, `${path}: ${JSON.stringify(body)}`).toBe(201);
  return body;
}

const ask = async (role: string, path: string) => (await call(role, path)).body;

/** A batch of three bags, all still at the laboratory. */
async function madeBatch(): Promise<{ batch: string; units: string[] }> {
  const [product, donation, batch] = [randomUUID(), randomUUID(), randomUUID()];
  const units = [1, 2, 3].map(() => randomUUID());
  const hands = { operator: 'staff-lab-a-01', verifier: 'staff-lab-a-02' };
  const line = { line: '1', test: 'viability', method: 'NC-200', stage: 'release', mandatory: true };
  await say('lab.qa', `/v1/products/${product}/specifications`, {
    ...{ version: 1, autologous: false, name: { en: 'MSC', zh: '间充质干细胞' } },
    lines: [{ ...line, limit: { op: '≥', value: '85', unit: '%' } }],
  });
  await say('hospital.physician', `/v1/donations/${donation}`, { donor: 'donor-recall-1', kind: 'allogeneic' });
  await say('lab.operator', `/v1/batches/${batch}`, {
    ...{ product: { id: product, specification: 1 }, inputs: [{ donation }], autologous: false },
  });
  const made = units.map((id, n) => ({ id, kind: 'cryobag', ordinal: n + 1 }));
  await say('lab.operator', `/v1/batches/${batch}/splits`, { units: made, ...hands });
  return { batch, units };
}

async function traced(batch: string): Promise<{ position: string; restrictions: string[][] }> {
  const minPosition = await platform.store.headPosition();
  const answer = (await ask('lab.qa', `/v1/traces/units?batch=${batch}&minPosition=${minPosition}`)) as {
    asOf: { position: string };
    rows: { restrictions: string[] }[];
  };
  return { position: answer.asOf.position, restrictions: answer.rows.map(({ restrictions }) => restrictions) };
}

async function exercised(args: readonly string[], stdin = ''): Promise<{ exit: number; answer: Json; said: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const exit = await runCli(['mock-recall', ...args, '--json', '--url', platform.url, '--token', tokens['lab.qa']!], {
    env: {},
    stdin: (async function* () {
      yield stdin;
    })(),
    stdout: { write: (text: unknown) => out.push(String(text)) > 0 },
    stderr: { write: (text: unknown) => err.push(String(text)) > 0 },
    signal: new AbortController().signal,
  });
  return { exit, answer: JSON.parse(out.join('') || '{}') as Json, said: err.join('') };
}

describe('a recall over HTTP', () => {
  it('marks every batch on its list, and follows who answers for what', async () => {
    const { batch, units } = await madeBatch();
    const { position } = await traced(batch);
    const path = `/v1/recalls/${randomUUID()}`;
    await say('lab.qa', path, {
      ...{ mock: false, class: 'I', reason: 'material-recalled', trigger: { kind: 'material-recalled' }, notice: 'RC-1' },
      ...{ origin: { kind: 'batch', id: batch }, position, batches: [batch] },
      units: [
        { batch, site: 'lab-a', units: units.slice(0, 2) },
        { batch, site: 'hospital-a', units: units.slice(2) },
      ],
    });
    await expect
      .poll(async () => (await traced(batch)).restrictions.flat().filter((each) => each.includes('recall')).length)
      .toBe(3);
    for (const site of ['lab-a', 'hospital-a']) {
      await say('lab.qa', `${path}/notices`, { site, deadline: '2099-01-01T08:00:00+08:00', contact: '药房' });
    }
    const counts = { onHand: 0, used: 1, quarantined: 0, destroyed: 0 };
    await say('hospital.nurse', `${path}/acknowledgements`, { site: 'hospital-a', ...counts });
    const { figures } = (await ask('lab.qa', path)) as { figures: Json };
    expect(figures).toMatchObject({ sent: 3, accounted: 1, accountedPercent: '33.3', silentSites: ['lab-a'] });
    expect(await ask('hospital.nurse', path)).toMatchObject({ sites: [{ site: 'hospital-a', used: 1 }] });
    expect((await ask('hospital.nurse', path))['figures']).toBeUndefined();
    expect((await call('hospital.nurse@hospital-b', path)).status).toBe(404);
    const due = (await ask('lab.qa', `/v1/due?minPosition=${await platform.store.headPosition()}`)) as { due?: Json[] };
    expect(JSON.stringify(due)).toContain('recall-answer');
  });
});

describe('cytoledger mock-recall', () => {
  it('runs the whole exercise, with answers that it asks for, and touches no stock', async () => {
    const { batch } = await madeBatch();
    await traced(batch);
    const { exit, answer, said } = await exercised(['--batch', batch], '1 1\n1, 1, 0, 0\n');
    expect(said).toContain('lab-a, 3 units');
    expect(said).toContain('Four whole numbers');
    expect(answer).toMatchObject({ mock: true, figures: { sent: 3, accounted: 2, unaccounted: 1, silentSites: [] } });
    expect(exit).toBe(1);
    expect((await traced(batch)).restrictions).toEqual([[], [], []]);
    const file = join(folder, 'answers.json');
    await writeFile(file, '{"lab-a":{"onHand":2,"destroyed":1}}');
    const later = await exercised(['--recall', String(answer['recall']), '--answers', file]);
    expect([later.exit, later.answer['figures']]).toMatchObject([0, { accountedPercent: '100.0', unaccounted: 0 }]);
  });

  it('refuses answers of sites that hold nothing', async () => {
    const { batch } = await madeBatch();
    await traced(batch);
    const file = join(folder, 'wrong.json');
    await writeFile(file, '{"hospital-z":{"onHand":2}}');
    const { exit, said } = await exercised(['--batch', batch, '--answers', file]);
    expect([exit, said.includes('hospital-z is not on the list')]).toEqual([2, true]);
  });
});
