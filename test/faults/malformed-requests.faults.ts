import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mangled, mutated } from './mutations.fixture.ts';
import { eventId, verifiedLog } from './saying.fixture.ts';
import { type JsonSchema, valuesOf } from './schema-arbitrary.fixture.ts';

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 10_000);
const AT_ONCE = 25;
const ROLES = [
  'lab.operator',
  'lab.qa',
  'lab.qp',
  'hospital.nurse',
  'hospital.physician',
  'hospital.coordinator',
  'site.admin',
  'platform.admin',
  'courier',
  'qc.analyst',
];

type Operation = {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly body: JsonSchema | undefined;
  readonly bulk: boolean;
};
type Sent = { readonly method: string; readonly path: string; readonly headers: Record<string, string>; readonly body: Buffer };
type Got = { readonly status: number; readonly type: string; readonly text: string };

let platform: Platform;
let folder: string;
let token: string;
let operations: readonly Operation[];
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'malformed-'));
  platform = await startPlatform(
    readConfig(
      {
        DATA_DIR: folder,
        PORT: '0',
        LOG_LEVEL: 'silent',
        SERVICES: 'collection,registry,preparation,release-qc,logistics,infusion,follow-up,recall',
      },
      ['--empty'],
    ),
  );
  token = await platform.issuer!.token({ org: 'lab-a', person: 'staff-0001', roles: ROLES });
  const { paths } = JSON.parse(
    (await send({ method: 'GET', path: '/openapi.json', headers: {}, body: Buffer.alloc(0) })).text,
  ) as {
    paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema?: JsonSchema }> } }>>;
  };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method === 'get' || method === 'post')
      .map(([method, { requestBody }]) => ({
        path,
        method: method.toUpperCase() as 'GET' | 'POST',
        body: requestBody?.content['application/json']?.schema,
        bulk: path === '/v1/events',
      })),
  );
});
afterAll(async () => {
  agent.destroy();
  await platform.close();
  await rm(folder, { recursive: true, force: true });
});

function send({ method, path, headers, body }: Sent): Promise<Got> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(platform.url);
    const outgoing = request(
      { agent, hostname, port, method, path, headers: { ...headers, 'content-length': body.length } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode!, type: response.headers['content-type'] ?? '', text }));
        response.on('error', reject);
      },
    );
    outgoing.setTimeout(10_000, () => outgoing.destroy(new Error('no answer')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Ids as the paths want them, and what was never one. */
const idsOf = (parameter: string) =>
  fc.oneof(
    { weight: 12, arbitrary: fitting(parameter) },
    fc.constantFrom(
      '%00',
      '%zz',
      '..',
      '%2e%2e%2f',
      'x'.repeat(300),
      encodeURIComponent('王小明'),
      '',
      '%20',
      '-',
      '11010519491231002X',
    ),
  );

function fitting(parameter: string): fc.Arbitrary<string> {
  if (parameter === 'personId') return fc.constantFrom('donor-0001', 'donor-0002');
  if (parameter === 'staffId') return fc.constantFrom('staff-0001', 'staff-0002');
  if (parameter === 'siteId') return fc.constantFrom('lab-a', 'lab-b');
  if (parameter === 'keyId') return fc.constant('A'.repeat(43));
  return fc.constantFrom('0192f5c4-0000-7000-8000-0000000000b0', '0192f5c4-0000-7000-8000-0000000000d0');
}

const contentTypes = fc.oneof(
  { weight: 20, arbitrary: fc.constant('application/json') },
  fc.constantFrom(
    'application/x-ndjson',
    'text/plain',
    'application/xml',
    'application/json; charset=latin1',
    'multipart/form-data',
    '',
    '*/*',
    ';;;',
  ),
);

const strangeHeaders = fc.oneof(
  { weight: 10, arbitrary: fc.constant<Record<string, string>>({}) },
  fc.constantFrom<Record<string, string>>(
    ...[
      { 'accept-language': 'zh' },
      { 'accept-language': ';;q=x,,,' },
      { accept: 'image/png' },
      { 'x-on-behalf-of': 'staff-9999' },
    ],
    ...[
      { 'x-correlation-id': '%%%' },
      { expect: 'x' },
      { 'content-encoding': 'gzip' },
      { authorization: 'Bearer x' },
      { authorization: 'Basic x' },
    ],
    ...[{ range: 'bytes=0-1' }, { 'if-match': '*' }, { prefer: 'wait=1' }, { 'x-http-method-override': 'DELETE' }],
  ),
);

function requestsOf(operation: Operation): fc.Arbitrary<Sent> {
  const path = fc
    .tuple(...[...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => idsOf(match[1]!)))
    .map((values) => values.reduce<string>((at, value) => at.replace(/\{\w+\}/, String(value)), operation.path));
  const query = fc.oneof(
    { weight: 8, arbitrary: fc.constant('') },
    fc.constantFrom('?', '?asOf=yesterday', '?minPosition=-1', '?format=x', '?a[]=1&a[]=2', '?%zz', '?batch=x&unit=y'),
  );
  const body = operation.body ? bodiesOf(operation.body) : operation.bulk ? linesOf() : fc.constant(Buffer.alloc(0));
  const type = operation.bulk ? fc.constant('application/x-ndjson') : contentTypes;
  return fc.tuple(path, query, body, type, strangeHeaders).map(([at, asked, bytes, contentType, headers]) => ({
    method: operation.method,
    path: at + asked,
    headers: {
      authorization: `Bearer ${token}`,
      ...(operation.method === 'POST' && contentType !== '' && { 'content-type': contentType }),
      ...headers,
    },
    body: operation.method === 'GET' ? Buffer.alloc(0) : bytes,
  }));
}

function bodiesOf(schema: JsonSchema): fc.Arbitrary<Buffer> {
  const [plain = schema] = schema.oneOf ?? [];
  return fc
    .oneof({ weight: 5, arbitrary: valuesOf(plain) }, valuesOf(schema))
    .map((value) => withFreshId(value))
    .chain((value) => fc.oneof({ weight: 1, arbitrary: fc.constant(value) }, { weight: 2, arbitrary: mutated(value) }))
    .chain((value) => mangled(JSON.stringify(value) ?? ''));
}

function linesOf(): fc.Arbitrary<Buffer> {
  const line = fc.record({
    type: fc.constantFrom(
      'person.registered.v1',
      'person.screened.v1',
      'batch.opened.v1',
      'donation.registered.v1',
      'x',
      'constructor',
    ),
    stream: fc.constantFrom('person-donor-0001', 'batch-0192f5c4-0000-7000-8000-0000000000b0', 'person-', 'x', '__proto__'),
    id: fc.constantFrom(eventId(), eventId(), 'x'),
    occurredAt: fc.constantFrom('2026-11-21T08:00:00+08:00', 'x', null),
    capture: fc.constantFrom({ mode: 'direct', precision: 's' }, {}),
    data: fc.constantFrom({ role: 'donor' }, {}, null),
  });
  return fc
    .array(
      line.chain(mutated).chain((value) => mangled(JSON.stringify(value) ?? '')),
      { maxLength: 8 },
    )
    .map((lines) => Buffer.concat(lines.flatMap((each) => [each, Buffer.from('\n')])));
}

function withFreshId(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value ? { ...value, id: eventId() } : value;
}

describe(`${REQUESTS} malformed requests`, () => {
  it('crash nothing, are answered with the place and the rule, and store nothing', async () => {
    expect(operations.length).toBeGreaterThan(20);
    const all = fc.oneof(...operations.map(requestsOf));
    const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
    const statuses = new Map<number, number>();
    const accepted = new Set<string>();
    const faults: string[] = [];
    const before = new Set((await verifiedLog(platform.store)).map((entry) => entry.id));
    let generated = 0;
    for (let round = 0; generated < REQUESTS; round++) {
      const sample = fc.sample(all, { numRuns: Math.min(500, REQUESTS - generated), seed: seed + round });
      generated += sample.length;
      for (let at = 0; at < sample.length; at += AT_ONCE) {
        await Promise.all(
          sample.slice(at, at + AT_ONCE).map(async (sent) => {
            const got = await send(sent).catch((error: Error) => ({ status: 0, type: '', text: error.message }));
            statuses.set(got.status, (statuses.get(got.status) ?? 0) + 1);
            for (const receipt of receiptsIn(got)) accepted.add(receipt);
            const fault = faultOf(got);
            if (fault)
              faults.push(
                `${fault}: ${sent.method} ${sent.path} ${JSON.stringify(sent.headers['content-type'])} ${sent.body.toString('utf8').slice(0, 600)} → ${got.status} ${got.text.slice(0, 600)}`,
              );
          }),
        );
      }
    }
    console.info(
      `seed ${seed}: ${[...statuses]
        .sort()
        .map(([status, count]) => `${status}×${count}`)
        .join(' ')}`,
    );
    expect(faults.slice(0, 5)).toEqual([]);
    expect((await send({ method: 'GET', path: '/healthz', headers: {}, body: Buffer.alloc(0) })).status).toBe(200);
    await platform.commands.drain();
    const log = await verifiedLog(platform.store);
    // What is new was acknowledged, or follows from what was.
    const unexplained = log.filter(
      ({ id, body }) =>
        !before.has(id) && !accepted.has(id) && (JSON.parse(body) as { causation: string | null }).causation === null,
    );
    expect(unexplained).toEqual([]);
    const stored = new Set(log.map(({ id }) => id));
    expect([...accepted].filter((id) => !stored.has(id))).toEqual([]);
  });
});

function receiptsIn({ text }: Got): string[] {
  return [...text.matchAll(/"receipt":\{"id":"([^"]+)"/g)].map((match) => match[1]!);
}

/** What an answer must not be. */
function faultOf({ status, type, text }: Got): string | undefined {
  if (status === 0 || status >= 500) return 'failed';
  if (status < 400) return undefined;
  if (!type.includes('application/problem+json')) return 'no problem document';
  const problem = JSON.parse(text) as {
    status?: number;
    code?: string;
    title?: string;
    violations?: { rule: string; pointer: string; message: string }[];
    detail?: string;
  };
  if (problem.status !== status || !problem.code || !problem.title) return 'an incomplete problem document';
  if (problem.code === 'invalid') {
    const named = problem.violations?.every(
      ({ rule, pointer, message }) => rule !== '' && typeof pointer === 'string' && message !== '',
    );
    if (!named && !problem.detail) return 'no place and no rule';
  }
  return undefined;
}
