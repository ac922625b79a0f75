import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Io, runCli } from '@cytoledger/cli';
import { newEventId } from '@cytoledger/client';
import * as domain from '@cytoledger/domain';
import { type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JsonSchema, valuesOf } from '../faults/schema-arbitrary.fixture.ts';

const { facts } = domain;
const { IDS } = domain.batches.hospitalExamples;
const ROLES = [
  ...['lab.operator', 'lab.qa', 'lab.qp', 'qc.analyst', 'hospital.nurse', 'hospital.physician', 'hospital.coordinator'],
  ...['courier', 'site.admin', 'oversight'],
];
/** The record that a fact of this kind is told of; of any other kind, one with this id. */
const RECORDS: Readonly<Record<string, string>> = {
  person: IDS.donor,
  donation: domain.batches.examples.DONATION,
  batch: domain.batches.examples.BATCH,
  treatment: IDS.treatment,
  sample: domain.samples.examples.SAMPLE,
  product: domain.batches.examples.PRODUCT,
  study: domain.batches.examples.STUDY,
  site: 'lab-a',
  staff: 'staff-0001',
  key: domain.registry.examples.keyEnrolled().kid,
};
const ANY = '0192f5c4-0000-7000-8000-00000000abcd';
/** What others name comes before who names it. */
const FIRST = ['site', 'staff', 'product', 'study', 'person', 'donation', 'batch'];

type Way = {
  readonly path: string;
  readonly member: string | null;
  readonly second: string | null;
  /** Member of the data → parameter of the path. */
  readonly fill: Readonly<Record<string, string>>;
  /** Of its data, as the platform publishes it. */
  readonly schema: JsonSchema;
};
type Operation = {
  readonly operationId?: string;
  readonly 'x-event-type'?: string;
  readonly 'x-fill'?: Readonly<Record<string, string>>;
  readonly requestBody?: { readonly content: Record<string, { readonly schema: JsonSchema }> };
};
type Said = {
  readonly id: string;
  readonly occurredAt: string;
  readonly capture: object;
  readonly data: Readonly<Record<string, unknown>>;
};
type Line = Said & { readonly type: string; readonly stream: string };
/** What became of it, without what differs between two logs. */
type Told = { readonly status: number; readonly outcome: string; readonly rules: readonly string[] };

let folder: string;
const worlds: Platform[] = [];
const ways = new Map<string, Way>();
let lines: readonly Line[] = [];
let oneByOne: readonly Told[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'in-bulk-'));
  for (const name of ['one', 'bulk', 'csv']) {
    const env = { DATA_DIR: join(folder, name), PORT: '0', LOG_LEVEL: 'silent' };
    worlds.push(await startPlatform(readConfig(env, ['--empty'])));
  }
  const { paths } = (await (await fetch(`${worlds[0]!.url}/openapi.json`)).json()) as {
    readonly paths: Readonly<Record<string, { readonly post?: Operation }>>;
  };
  for (const [path, { post }] of Object.entries(paths)) if (post?.['x-event-type']) take(path, post);
  lines = [...facts.values()]
    .filter(({ type }) => ways.has(type))
    .map((fact) => ({ type: fact.type, stream: streamOf(fact), ...said(dataOf(fact)) }))
    .sort((a, b) => rank(a.type) - rank(b.type));
  const told: Told[] = [];
  for (const line of lines) told.push(await sentAlone(worlds[0]!, line));
  oneByOne = told;
});
afterAll(async () => {
  for (const world of worlds) await world.close();
  await rm(folder, { recursive: true, force: true });
});

/** A pair carries two facts: each is sent by it, the second after the first. */
function take(path: string, { operationId, requestBody, 'x-event-type': type, 'x-fill': fill = {} }: Operation): void {
  const { schema } = requestBody!.content['application/json']!;
  if (!operationId?.endsWith('__pair')) {
    ways.set(type!, { path, member: null, second: null, fill, schema: dataIn(schema) });
    return;
  }
  const { required, properties } = schema;
  const member = required![0]!;
  ways.set(type!, { path, member, second: null, fill, schema: dataIn(properties![member]!) });
  const second = Object.keys(properties!).find((name) => name !== member)!;
  // Behind an infusion, and behind the end of one that was told in steps: once is enough.
  if (type === domain.batches.unitInfused.type) {
    ways.set(domain.treatments.infusionRecorded.type, { path, member, second, fill, schema: dataIn(properties![second]!) });
  }
}

/** Of the form that is not signed. */
function dataIn({ oneOf }: JsonSchema): JsonSchema {
  return oneOf![0]!.properties!['data']!;
}

function streamOf({ aggregate: { name } }: domain.AnyFact): string {
  return `${name}-${RECORDS[name] ?? ANY}`;
}

function rank(type: string): number {
  const kind = FIRST.indexOf(type.slice(0, type.indexOf('.')));
  // For who holds the units: a line that is not allowed is asked once more behind those that make it so.
  if (type.startsWith('batch.break-glass-')) return 2000;
  return (facts.get(type)!.opens === true ? 0 : 1000) + (kind < 0 ? FIRST.length : kind);
}

function said(data: Said['data']): Said {
  const occurredAt = new Date(Date.now() - 3_600_000).toISOString();
  return { id: newEventId(), occurredAt, capture: { mode: 'direct', precision: 's' }, data };
}

/** What is drawn fits together here. */
const FITTING: ReadonlyMap<string, object> = new Map([[domain.batches.unitInfused.type, { treatment: IDS.treatment }]]);

/** Too intertwined to be drawn. */
const IMPORTED = {
  product: { id: domain.batches.examples.PRODUCT, specification: 1 },
  autologous: false,
  source: { kind: 'binder', name: 'MCB binder 3', record: 'p. 12–31' },
  declared: [{ about: 'storage', grade: 'electronic-export' }],
  gaps: [{ about: 'materials', reason: 'lost' }],
  verifiers: ['staff-0001', 'staff-0002'],
};

/** The domain's own example where it has one under the fact's name, else something that its schema takes. */
function dataOf(fact: domain.AnyFact): Said['data'] {
  if (fact === domain.batches.legacyImported) return IMPORTED;
  const { examples = {}, name } = exampleOf(fact);
  const made = examples[name]?.();
  if (made && fact.schema.safeParse(made).success) return made;
  const found = fc
    .sample(valuesOf(ways.get(fact.type)!.schema), { numRuns: 500, seed: 7 })
    .find((value) => fact.schema.safeParse(value).success);
  return { ...(found as object | undefined), ...FITTING.get(fact.type) };
}

function exampleOf(fact: domain.AnyFact) {
  type Module = { readonly examples?: Readonly<Record<string, () => Said['data']>> } & Readonly<Record<string, unknown>>;
  for (const module of Object.values(domain) as readonly Module[]) {
    const name = typeof module === 'object' && Object.keys(module).find((each) => module[each] === fact);
    if (name) return { examples: module.examples, name };
  }
  return { name: '' };
}

async function posted({ url, issuer }: Platform, path: string, body: string, type: string): Promise<Response> {
  const token = await issuer!.token({ org: 'lab-a', roles: ROLES, person: 'staff-0001' });
  return fetch(`${url}${path}`, { method: 'POST', body, headers: { authorization: `Bearer ${token}`, 'content-type': type } });
}

async function sentAlone(world: Platform, { type, stream, ...one }: Line): Promise<Told> {
  const { path, member, second, fill } = ways.get(type)!;
  const named = new Map(Object.entries(fill).map(([name, parameter]) => [parameter, one.data[name]]));
  const [, first] = /\{(\w+)\}/.exec(path)!;
  const at = path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) =>
    parameter === first ? stream.slice(stream.indexOf('-') + 1) : String(named.get(parameter) ?? ANY),
  );
  if (second === null) {
    const answer = await posted(world, at, JSON.stringify(member ? { [member]: one } : one), 'application/json');
    return told(answer.status, (await answer.json()) as object);
  }
  // Behind the infusion in the batch, which was sent before: the same once more.
  const { type: _type, stream: batch, ...infusion } = lines.find((line) => line.type === domain.batches.unitInfused.type)!;
  const url = path.replace(/\{\w+\}/, batch.slice('batch-'.length)).replace(/\{\w+\}/, String(infusion.data['unit']));
  const answer = await posted(world, url, JSON.stringify({ [member!]: infusion, [second]: one }), 'application/json');
  const parts = (await answer.json()) as Record<string, { readonly status: number }>;
  expect(parts[second], JSON.stringify(parts)).toBeDefined();
  return told(parts[second]!.status, parts[second]!);
}

function told(status: number, body: object): Told {
  const { outcome, code, ...lists } = body as Record<string, unknown>;
  const rules = ['violations', 'findings', 'warnings', 'reasons', 'missing'].flatMap((name) =>
    ((lists[name] ?? []) as { readonly rule: string; readonly pointer: string }[]).map(
      ({ rule, pointer }) => `${rule} ${pointer}`,
    ),
  );
  return { status, outcome: String(outcome ?? code), rules: rules.sort() };
}

describe('an example of every fact that can be posted', () => {
  it('is there, and most of them are more than refused', () => {
    const postable = [...facts.values()].filter(({ kind, aggregate }) => kind !== 'derived' && aggregate.name !== 'log');
    expect(postable.map(({ type }) => type).filter((type) => !ways.has(type))).toEqual([]);
    const kinds = Object.groupBy(oneByOne, ({ outcome }) => outcome);
    expect(kinds['recorded']!.length).toBeGreaterThan(100);
    expect(oneByOne.filter(({ status }) => status >= 500)).toEqual([]);
    expect(lines.filter((_, n) => oneByOne[n]!.outcome === 'invalid').map(({ type }) => type)).toEqual([]);
  });

  it('becomes the same as a line of many as on its own route', async () => {
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const answer = await posted(worlds[1]!, '/v1/events', body, 'application/x-ndjson');
    const outcomes = (await answer.text())
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as { readonly status: number });
    expect(byType(outcomes.map((outcome) => told(outcome.status, outcome)))).toEqual(byType(oneByOne));
  });

  it('becomes the same as a row of a table', async () => {
    const path = join(folder, 'facts.csv');
    const cell = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`;
    const rows = lines.map(({ type, stream, id, occurredAt, capture, data }) =>
      [type, stream, id, occurredAt, JSON.stringify(capture), JSON.stringify(data)].map(cell).join(','),
    );
    await writeFile(path, ['type,stream,id,occurredAt,capture:json,data:json', ...rows, ''].join('\r\n'));
    const world = worlds[2]!;
    const out: string[] = [];
    const io: Io = {
      env: {
        CYTOLEDGER_URL: world.url,
        CYTOLEDGER_TOKEN: await world.issuer!.token({ org: 'lab-a', roles: ROLES, person: 'staff-0001' }),
      },
      stdin: (async function* () {})(),
      stdout: { write: (text) => out.push(String(text)) > 0 },
      stderr: { write: () => true },
      signal: new AbortController().signal,
    };
    await runCli(['import', path, '--json'], io);
    const said = out
      .join('')
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, never>);
    const refused = new Map(
      said.filter(({ code }) => code).map((fault) => [Number(fault['line']) - 2, told(fault['status']!, fault)]),
    );
    const expected = oneByOne.flatMap((each, n) => (each.status >= 400 ? [[lines[n]!.type, each] as const] : []));
    expect([...refused].map(([n, each]) => [lines[n]!.type, each])).toEqual(expected);
    const counted = (outcome: string) => oneByOne.filter((each) => each.outcome === outcome).length;
    expect(said.at(-1)).toMatchObject({
      lines: lines.length,
      recorded: counted('recorded'),
      prepared: counted('prepared'),
      unreconciled: counted('unreconciled'),
      bad: expected.length,
    });
  });
});

function byType(all: readonly Told[]): object[] {
  return lines.map(({ type }, n) => ({ type, ...all[n] }));
}
