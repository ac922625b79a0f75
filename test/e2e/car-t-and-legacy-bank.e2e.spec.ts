import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, runCli } from '@cytoledger/cli';
import { type Demo, loadDemo, type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Row = Record<string, string>;
type Json = Record<string, unknown>;
type Rule = { readonly rule: string };

const SCENARIOS = fileURLToPath(new URL('../scenarios/', import.meta.url));
const NAME = '5-car-t-and-legacy-bank';

let folder: string;
let platform: Platform;
let demo: Demo;
/** Names of the story by what they stand for. */
let points: Record<string, Record<string, string>>;

/** This scenario alone: what it answers rests on no other. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cytoledger-car-t-'));
  const from = join(folder, 'scenarios');
  for (const part of ['cast.json', NAME]) await cp(join(SCENARIOS, part), join(from, part), { recursive: true });
  const dataDir = join(folder, 'data');
  platform = await startPlatform(readConfig({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' }, ['--empty']));
  demo = await loadDemo({ url: platform.url, issuer: platform.issuer!, dataDir, scenarios: true, from });
  points = demo.scenarios[0]!.points as typeof points;
});

afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true, force: true });
});

const pathOf = (...parts: readonly string[]) => join(SCENARIOS, NAME, ...parts);

/** A table that was written by hand, from the story. */
async function expected(table: string): Promise<Row[]> {
  return parse(await readFile(pathOf('expected', `${table}.csv`)), { columns: true, comment: '#' }) as Row[];
}

async function ask<T = Json>(role: string, path: string): Promise<T> {
  const minPosition = await platform.store.headPosition();
  const known = path.includes('/gate') ? path : `${path}${path.includes('?') ? '&' : '?'}minPosition=${minPosition}`;
  const response = await fetch(platform.url + known, { headers: { authorization: `Bearer ${demo.tokens[role]}` } });
  expect(response.status, `${path}: ${await response.clone().text()}`).toBe(200);
  return (await response.json()) as T;
}

const rowsOf = async (path: string) => (await ask<{ rows: Json[] }>('oversight', path)).rows;
const thing = (kind: string, name: string) => points[kind]![name]!;
const text = (value: unknown) => (value === null || value === undefined ? '' : String(value));
const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();
const bagOf = (row: Json) => (row['unitIdentifiers'] as string[])[0]!.slice(-2);

/** What the story calls a batch. */
function batchCalled(id: unknown): string {
  return Object.entries(points['batches']!).find((entry) => entry[1] === id)?.[0] ?? `unknown ${text(id)}`;
}

/** Streams of its batches and treatments, with what the story calls them. */
function records(): Map<string, string> {
  const of = (kind: string, list: string) =>
    Object.entries(points[list]!).map(([name, id]) => [`${kind}-${id}`, `${kind} ${name}`] as const);
  return new Map([...of('batch', 'batches'), ...of('treatment', 'treatments')]);
}

describe('cells that failed, for one patient', () => {
  it('go the way of the story: refused, excepted, red for another, amber for their patient, stopped', () => {
    expect(demo.surprises).toEqual([]);
  });

  it('are refused an ordinary release, which names the line that failed', async () => {
    const { reasons } = await ask<{ reasons: { rule: string; message: string }[] }>(
      'lab.qa@lab-a',
      `/v1/batches/${thing('batches', 'car-t')}/gate`,
    );
    const lines = reasons.filter(({ rule }) => rule === 'release.line-not-passed').map(({ message }) => message);
    expect(lines).toEqual([expect.stringContaining('viability'), expect.stringContaining('sterility 14 d')]);
  });

  it('are given by forty percent, and dose, remainder and what failed since are known', async () => {
    const table = await expected('doses');
    const given = table.map(async ({ patient }) =>
      (await rowsOf(`/v1/patients/${patient}/given`)).map((row) => ({
        patient: patient!,
        batch: batchCalled(row['batch']),
        bag: bagOf(row),
        percent: text(row['percentGiven']),
        dose: text(row['dose']),
        remainder: text(row['remainder']),
      })),
    );
    expect(sorted((await Promise.all(given)).flat())).toEqual(sorted(table));
    const [row] = await rowsOf('/v1/patients/bcl-a-01/given');
    expect(row!['failedSince']).toEqual(['sterility 14 d (2026-09-26T09:00:00+08:00)']);
  });

  it('leave critical findings open, and closed what was investigated', async () => {
    const found = [...records()].map(async ([stream, record]) => {
      const { state } = await ask<{ state: { deviations: Record<string, Json> } }>('oversight', `/v1/streams/${stream}/state`);
      return Object.values(state.deviations).map((deviation) => ({
        record,
        rule: deviation['rule'],
        class: deviation['class'],
        state: deviation['closed'] ? 'closed' : 'open',
      }));
    });
    expect(sorted((await Promise.all(found)).flat())).toEqual(sorted(await expected('findings')));
  });

  it('have on the due list what was due as the log stood at a moment', async () => {
    const positions = new Map<string, string>();
    for (const stream of records().keys()) {
      type History = { events: { position: string; header: { id: string } }[] };
      const { events } = await ask<History>('oversight', `/v1/streams/${stream}/history?limit=500`);
      for (const { position, header } of events) positions.set(header.id, position);
    }
    const table = await expected('due');
    const moments = new Map(table.map(({ asOf, now }) => [`${asOf} ${now}`, { asOf: asOf!, now: now! }]));
    const listed = [...moments.values()].map(async ({ asOf, now }) => {
      const as = asOf === '' ? '' : `&asOf=${positions.get(thing('events', asOf))}`;
      const { due } = await ask<{ due: Json[] }>('oversight', `/v1/due?now=${encodeURIComponent(now)}${as}`);
      return due.flatMap(({ kind, stream, dueBy }) => {
        const record = records().get(text(stream));
        // What is counted from the entry has no day of the story.
        const isOfTheStory = ['authority-report', 'visit'].includes(text(kind));
        return record ? [{ asOf, now, kind: text(kind), record, dueBy: isOfTheStory ? text(dueBy) : '' }] : [];
      });
    });
    expect(sorted((await Promise.all(listed)).flat())).toEqual(sorted(table));
  });
});

describe('a bank of former times', () => {
  it('leads to who was given cells of its donor, as a vector leads to its patient, and to nobody else', async () => {
    const origins: Readonly<Record<string, string>> = {
      'donor of 2019': 'donor=donor-marrow-2019',
      'master bank': `batch=${thing('batches', 'mcb')}`,
      'working bank': `batch=${thing('batches', 'wcb')}`,
      vector: 'vector=LV-CD19-BBz',
      'lot of the vector': 'lot=LV-2605-02',
    };
    const found = Object.entries(origins).map(async ([origin, query]) =>
      (await rowsOf(`/v1/traces/recipients?${query}`)).map((row) => ({
        origin,
        patient: text(row['patient']),
        hospital: text(row['hospital']),
        batch: batchCalled(row['batch']),
        bag: bagOf(row),
      })),
    );
    expect(sorted((await Promise.all(found)).flat())).toEqual(sorted(await expected('exposed')));
  });

  it('is read out at the bedside of what was made of it, which may be given', async () => {
    for (const { batch, bag, treatment, ask: who, allowed, reasons, warnings } of await expected('gates')) {
      const id = thing('batches', batch!);
      const { units } = await ask<{ units: Json[] }>('oversight', `/v1/batches/${id}`);
      const unit = units.find((row) => bagOf(row) === bag)!['unit'];
      const path = `/v1/batches/${id}/units/${unit}/gate?treatment=${thing('treatments', treatment!)}`;
      const gate = await ask<{ allowed: boolean; reasons: Rule[]; warnings: Rule[] }>(who!, path);
      const rules = (list: readonly Rule[]) => [...new Set(list.map(({ rule }) => rule))].sort().join(' ');
      const answer = [gate.allowed ? 'yes' : 'no', rules(gate.reasons), rules(gate.warnings)];
      expect(answer, `${batch}-${bag} for ${treatment}`).toEqual([allowed, reasons, warnings]);
    }
  });

  it('states its gaps in every trace that touches it, and in no other', async () => {
    const gapsIn = async (path: string) => {
      const { completeness } = await ask<{ completeness: { legacyGaps: Json[] } }>('oversight', path);
      return sorted(
        completeness.legacyGaps.map(({ batch, about, line, reason }) => ({
          batch: batchCalled(text(batch).replace('batch-', '')),
          about: text(about),
          line: text(line),
          reason: text(reason),
        })),
      );
    };
    const [mcb, msc] = [thing('batches', 'mcb'), thing('batches', 'msc')];
    const traces = [
      ...['units', 'recipients', 'failures'].flatMap((trace) => [`${trace}?batch=${mcb}`, `${trace}?batch=${msc}`]),
      ...['units', 'recipients', 'look-back'].map((trace) => `${trace}?donor=donor-marrow-2019`),
      `origins?batch=${msc}`,
    ];
    const ofAPatient = ['given', 'donors', 'materials', 'work'];
    const touching = [
      ...traces.map((trace) => `/v1/traces/${trace}`),
      ...ofAPatient.map((trace) => `/v1/patients/gvh-b-01/${trace}`),
    ];
    const wanted = sorted(await expected('gaps'));
    for (const path of touching) expect(await gapsIn(path), path).toEqual(wanted);
    const others = ['/v1/traces/recipients?vector=LV-CD19-BBz', ...ofAPatient.map((trace) => `/v1/patients/bcl-a-01/${trace}`)];
    for (const path of others) expect(await gapsIn(path), path).toEqual([]);
  });

  it('names the page of 2019 that it was copied from, by the digest of its image', async () => {
    const digest = createHash('sha256').update('scan of MCB-REC v1, binder MCB-2019, page 14').digest('base64url');
    const dossier = JSON.stringify(await ask('auditor', `/v1/batches/${thing('batches', 'mcb')}/dossier`));
    expect(dossier).toContain(`"image":"${digest}"`);
    expect(dossier).toContain('"binder":"MCB-2019"');
  });

  it('has a register that can be rehearsed: what would be findings is told by lot, and nothing is recorded', async () => {
    const [register, about] = [pathOf('tables', 'register-2019.csv'), pathOf('tables', 'register-2019.json')];
    const { product } = JSON.parse(await readFile(about, 'utf8')) as { product: { id: string } };
    expect(product.id).toBe(thing('products', 'bank'));
    const before = await platform.store.headPosition();
    const out: string[] = [];
    const exit = await runCli(['import-bank', register, '--about', about, '--dry-run', '--json'], {
      env: { CYTOLEDGER_URL: platform.url, CYTOLEDGER_TOKEN: demo.tokens['lab.qa@lab-a']! },
      stdin: (async function* () {})(),
      stdout: { write: (said) => out.push(String(said)) > 0 },
      stderr: { write: () => true },
      signal: new AbortController().signal,
    });
    expect(exit, out.join('')).toBe(EXIT.done);
    const { told } = JSON.parse(out.join('')) as { told: { lot: string; kind: string; rule: string }[] };
    const counted = Map.groupBy(told, ({ lot, kind, rule }) => JSON.stringify({ lot, kind, rule }));
    const rows = [...counted].map(([key, same]) => ({ ...(JSON.parse(key) as Row), times: String(same.length) }));
    expect(sorted(rows)).toEqual(sorted(await expected('register')));
    expect(await platform.store.headPosition()).toBe(before);
  });
});
