import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey, readContent, readDisclosure, verifySignature } from '@cytoledger/attest';
import { afterEach, expect, it } from 'vitest';
import { answeringServer, json, outcomes } from '../answering-server.fixture.ts';
import type { LineResult } from '../bulk.ts';
import type { StreamStatement } from '../captured.ts';
import { createClient } from '../client.ts';
import { openOutbox } from '../outbox/outbox.ts';
import type { SignedBody } from './signed-body.ts';

const key = generateKey();
const signWith = { key: key.privateJwk };

let closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});

async function platform(...answers: Parameters<typeof answeringServer>) {
  const server = await answeringServer(...answers);
  closing.push(server.close);
  const client = createClient({ url: server.url, token: 'x', retry: { attempts: 2, baseMs: 1, maxMs: 1 }, signWith });
  const requests = () =>
    server.received
      .filter(({ path }) => path !== '/openapi.json')
      .map(({ body }) =>
        body
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as SignedBody),
      );
  return { client, requests };
}

const statement = (n: number, data: object = {}): StreamStatement<'person.registered.v1'> => ({
  id: `0192f5c4-0000-7000-8000-${String(n).padStart(12, '0')}`,
  type: 'person.registered.v1',
  stream: `person-donor-${n}`,
  occurredAt: '2026-11-21T10:00:00+08:00',
  capture: { mode: 'direct', precision: 'min' },
  data: { role: 'donor', ...data } as never,
});

const vouchedFor = ({ content, signatures }: SignedBody) => verifySignature(signatures[0]!, content, key.publicJwk);

async function all(results: AsyncIterable<LineResult>): Promise<LineResult[]> {
  const found: LineResult[] = [];
  for await (const result of results) found.push(result);
  return found;
}

it('signs many at once with one signature for the request', async () => {
  const { client, requests } = await platform(outcomes());
  await all(client.captureMany([1, 2, 3].map((n) => statement(n))));

  const [sent] = requests();
  expect(sent!.map(vouchedFor).map(({ meaning, typ }) => ({ meaning, typ }))).toEqual(
    Array.from({ length: 3 }, () => ({ meaning: 'submission', typ: 'cytoledger-submission' })),
  );
  expect(new Set(sent!.map(({ signatures }) => signatures[0]!.jws)).size).toBe(1);
  expect(sent!.map(({ signatures }) => signatures[0]!.path!.index)).toEqual([0, 1, 2]);
});

it('makes the same content of the same statement, so that whoever sends it again stores nothing twice', async () => {
  const { client, requests } = await platform(outcomes());
  const line = JSON.stringify(statement(1, { name: '王五' }));
  await all(client.captureMany([line]));
  await all(client.captureMany([JSON.stringify(statement(2)), line]));

  const [[first], [, again]] = requests() as [SignedBody[], SignedBody[]];
  expect(again!.content).toBe(first!.content);
  expect(again!.disclosures).toEqual(first!.disclosures);
  expect(vouchedFor(again!).kid).toBe(key.kid);
});

it('makes nonces and salts that nobody without the key can make', async () => {
  const { client, requests } = await platform(outcomes());
  await all(client.captureMany([statement(1, { name: '王五' }), statement(2, { name: '王五' })]));

  const [sent] = requests();
  const nonces = sent!.map(({ content }) => readContent(content).nonce);
  const salts = sent!.map(({ disclosures }) => readDisclosure(disclosures[0]!).salt);
  expect(new Set([...nonces, ...salts]).size).toBe(4);
});

it('sends the lines that could not be taken now once more as they were', async () => {
  const { client, requests } = await platform(
    outcomes((line) => (line === 2 ? 503 : 201)),
    outcomes(),
  );
  const results = await all(client.captureMany([statement(1), statement(2)]));

  expect(results.map(({ ok }) => ok)).toEqual([true, true]);
  const [first, second] = requests();
  expect(second).toEqual([first![1]]);
});

it('lets a line fail alone that it cannot sign', async () => {
  const { client, requests } = await platform(outcomes());
  const results = await all(
    client.captureMany([statement(1), { ...statement(2), type: 'person.forgotten.v1' } as never, statement(3)]),
  );

  expect(results.map(({ line, ok, status }) => ({ line, ok, status }))).toEqual([
    { line: 1, ok: true, status: 201 },
    { line: 2, ok: false, status: 400 },
    { line: 3, ok: true, status: 201 },
  ]);
  expect(results[1]).toMatchObject({ problem: { code: 'unsignable' } });
  expect(requests()[0]).toHaveLength(2);
});

it('leaves what a person has signed, and what is no statement, as it stands', async () => {
  const { client, requests } = await platform(
    outcomes(() => 400),
    outcomes(() => 400),
  );
  const signed = { content: '{}', disclosures: [], signatures: [{ jws: 'a.b.c' }] };
  await all(client.captureMany([signed, JSON.stringify({ ...statement(1), more: true })]));

  expect(requests()[0]).toEqual([signed, { ...statement(1), more: true }]);
});

it('signs a single event on its own path', async () => {
  const path = '/v1/persons/:personId';
  const openapi = {
    paths: { x: { post: { 'x-event-type': statement(1).type, 'x-stream': 'person-{personId}', 'x-path': path } } },
  };
  const receipt = { outcome: 'recorded', receipt: {}, findings: [], warnings: [] };
  const { client, requests } = await platform(json(200, openapi), json(201, receipt));
  const { stream: _, type, ...said } = statement(1);
  await client.capture(type, 'donor-1', said);

  const [[sent]] = requests() as [SignedBody[]];
  expect(readContent(sent!.content)).toMatchObject({ stream: 'person-donor-1', id: said.id });
  expect(vouchedFor(sent!)).toMatchObject({ kid: key.kid, meaning: 'submission' });
});

it('signs two contents of one request together, the second about what the first names', async () => {
  const pair = { required: ['infusion'], properties: { infusion: {}, record: {} } };
  const post = {
    'x-event-type': 'batch.unit-infused.v1',
    'x-stream': 'batch-{batchId}',
    'x-path': '/v1/batches/:batchId/units/:unitId/infusions',
    'x-fill': { unit: 'unitId' },
    requestBody: { content: { 'application/json': { schema: pair } } },
  };
  const one = { status: 201, outcome: 'recorded', receipt: {}, findings: [], warnings: [] };
  const { client, requests } = await platform(json(200, { paths: { x: { post } } }), json(201, { infusion: one, record: one }));
  const said = { occurredAt: statement(1).occurredAt, capture: statement(1).capture };
  await client.capturePair(
    { type: 'batch.unit-infused.v1', target: 'b1', statement: { ...said, data: { unit: 'u1', treatment: 't1' } as never } },
    { type: 'treatment.infusion-recorded.v1', statement: { ...said, data: {} as never } },
  );

  const [[sent]] = requests() as unknown as [[{ infusion: SignedBody; record: SignedBody }]];
  expect([sent.infusion, sent.record].map(({ content }) => readContent(content).stream)).toEqual(['batch-b1', 'treatment-t1']);
  expect(sent.infusion.signatures[0]!.jws).toBe(sent.record.signatures[0]!.jws);
  for (const body of [sent.infusion, sent.record]) expect(vouchedFor(body).kid).toBe(key.kid);
});

it('signs what is put into the outbox at once, and sends it as it was signed', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cytoledger-outbox-'));
  closing.push(() => rm(dir, { recursive: true, force: true }));
  const { client, requests } = await platform(outcomes());
  const outbox = await openOutbox({ dir, signWith });
  const id = await outbox.enqueue(statement(1));
  await outbox.drain(createClient({ url: 'http://127.0.0.1:9', token: 'x', retry: { attempts: 1 } }));
  await outbox.drain(client);

  const [[sent]] = requests() as [SignedBody[]];
  expect(readContent(sent!.content)).toMatchObject({ id, capture: { mode: 'outbox', precision: 'min' } });
  expect(vouchedFor(sent!).kid).toBe(key.kid);
});
