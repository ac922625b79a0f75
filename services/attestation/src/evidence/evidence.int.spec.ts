import { DatabaseSync } from 'node:sqlite';
import {
  contentDigest,
  contentText,
  digestOf,
  disclose,
  generateKey,
  leafHash,
  readPolicy,
  sealBody,
  sealHeader,
  signContent,
} from '@cytoledger/attest';
import { attestationFiles } from '@cytoledger/attest/disk';
import { type EventClaim, type EvidenceQuestions, verifyEvidence } from '@cytoledger/attest/evidence';
import { createApp, createMetrics, Refusal, service } from '@cytoledger/service-kit';
import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bench, QUICK, until } from '../specification/index.ts';
import { evidenceRoutes, type SeeEvidence } from './evidence-routes.ts';

const SIGNER = generateKey();
const SECRET = disclose('c2FsdHNhbHRzYWx0c2FsdA', 'name', '李四');
let bench: Bench;
let app: Awaited<ReturnType<typeof createApp>>;
let streams: string[];
let shows: (stream: string, body: string) => boolean;

beforeEach(async () => {
  bench = await Bench.open();
  [streams, shows] = [[], () => true];
});
afterEach(async () => {
  await app?.close();
  await bench.close();
});

async function open(patienceMs?: number, pace: Partial<typeof QUICK> = {}): Promise<void> {
  const attested = bench.start({ pace: { ...QUICK, ...pace } });
  const see: SeeEvidence = async (caller, { batch, lineage, disclosing }) => {
    if (caller.roles.includes('courier'))
      throw new Refusal({ status: 404, code: 'not-found', title: { en: 'Nothing is known of it', zh: '对此一无所知' } });
    const seen = [`batch-${batch}`, ...(lineage ? streams : [])].map((stream) => ({
      stream,
      shows: (body: string) => shows(stream, body),
    }));
    const opening = async (bodies: readonly string[]) =>
      bodies.map((body) => (body.includes(SECRET.digest) ? [SECRET.disclosure] : []));
    return { streams: seen, ...(disclosing && { disclose: opening }) };
  };
  const evidence = service('evidence', { en: 'Evidence', zh: '证据' }, (routes) =>
    evidenceRoutes(attested, see, routes, patienceMs),
  );
  app = await createApp({
    services: [evidence],
    commands: { clock: { behind: () => 0 } } as never,
    authenticate: (authorization) => {
      const role = authorization!.replace('Bearer ', '') as 'auditor';
      return { org: 'somebody', person: null, roles: [role], client: 'spec', treatments: [], batches: [] };
    },
    metrics: createMetrics(),
    version: '0',
  });
}

/** One event with a body as the platform seals it. */
async function record(stream: string, type: string, data: object = {}, signed = false): Promise<void> {
  const head = (await bench.store.heads([stream])).get(stream);
  const id = v7();
  const text = contentText({
    nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
    id,
    type,
    stream,
    occurredAt: null,
    capture: { mode: 'direct' },
    data: data as never,
  });
  const body = sealBody({
    actor: { org: 'lab', person: null, role: 'lab.operator', client: null },
    basis: [],
    causation: null,
    contentText: text,
    correlation: id,
  });
  const signedAt = '2026-11-21T08:00:00Z';
  const jws = signContent({ contentDigest: contentDigest(text), meaning: 'x', signedAt }, SIGNER.privateJwk);
  const { bytes } = sealHeader({
    id,
    stream,
    seq: (head?.revision ?? -1) + 1,
    prev: head ? leafHash(head.header) : null,
    recordedAt: new Date().toISOString(),
    body,
    signatures: signed ? [{ jws }] : [],
  });
  await bench.store.append(stream, head?.revision ?? 'none', [{ id, type, header: bytes, body }]);
}

async function get(url: string, role = 'auditor') {
  const answer = await app.inject({ url, headers: { authorization: `Bearer ${role}` } });
  return { status: answer.statusCode, body: answer.body, headers: answer.headers };
}

function verified(bundle: string, questions: EvidenceQuestions = {}) {
  return verifyEvidence([Buffer.from(bundle)], readPolicy(bench.policyText), questions).report;
}

describe('the evidence about a batch', () => {
  it('verifies with the policy alone, up to what was recorded a moment before', async () => {
    for (let n = 0; n < 3; n++) await record('batch-other', 'batch.passaged.v1');
    await record('batch-b', 'batch.opened.v1', { inputs: [] });
    await open();
    await record('batch-b', 'batch.passaged.v1', {}, true);
    const { status, body, headers } = await get('/v1/batches/b/evidence?monitors=0');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
      'content-disposition': 'attachment; filename="batch-b.evidence.ndjson"',
    });
    const { code, claims } = verified(body);
    expect(code).toBe('ok');
    expect(claims.slice(0, 2)).toMatchObject([
      { claim: 'checkpoint', size: 5 },
      { claim: 'complete', by: 'operator' },
    ]);
    expect(claims.filter(({ claim }) => claim === 'stream')).toMatchObject([
      { stream: 'batch-b', entries: 2, shown: 2 },
      { stream: `key-${SIGNER.kid}`, entries: 0 },
    ]);
  });

  it('knows of an event elsewhere, from whose receipt the position is', async () => {
    await record('batch-b', 'batch.opened.v1', { inputs: [] });
    await open();
    await bench.released(1);
    await record('treatment-1', 'treatment.planned.v1');
    const { position } = (await bench.store.heads(['treatment-1'])).get('treatment-1')!;
    const { body } = await get(`/v1/batches/b/evidence?monitors=0&minPosition=${position}`);
    expect(verified(body).claims[0]).toMatchObject({ size: 2 });
  });

  it('gives headers alone where the reader may not see a body', async () => {
    await record('batch-b', 'batch.opened.v1', { inputs: [] });
    await record('batch-b', 'batch.passaged.v1', { patient: 'p-1' });
    shows = (_, body) => !body.includes('p-1');
    await open();
    const { body } = await get('/v1/batches/b/evidence?monitors=0');
    const events = verified(body).claims.filter((claim): claim is EventClaim => claim.claim === 'event');
    expect(events.map(({ type }) => type)).toEqual(['batch.opened.v1', null]);
    expect(body).not.toContain('p-1');
  });

  it('opens personal values where they are asked for, each under the digest that was recorded', async () => {
    await record('batch-b', 'batch.opened.v1', { inputs: [], _sd: [SECRET.digest] });
    await record('batch-b', 'batch.passaged.v1');
    await open();
    const plain = (await get('/v1/batches/b/evidence?monitors=0')).body;
    const opened = (await get('/v1/batches/b/evidence?monitors=0&disclosures=shown')).body;
    expect(plain).not.toContain(SECRET.disclosure);
    const events = verified(opened).claims.filter((claim): claim is EventClaim => claim.claim === 'event');
    expect(events.map(({ disclosed }) => disclosed)).toEqual([1, 0]);
  });

  it('takes every ancestor with it when asked to, each with its own proof', async () => {
    const id = '5e6f7081-0000-4000-8000-00000000000b';
    await record(`donation-${id}`, 'donation.registered.v1');
    await record('batch-b', 'batch.opened.v1', { inputs: [{ donation: id }] });
    streams = [`donation-${id}`];
    await open();
    const { body } = await get('/v1/batches/b/evidence?lineage=1&monitors=0');
    expect(verified(body).claims).toContainEqual({ claim: 'lineage', subject: 'batch-b', named: 1, unseen: 0 });
    streams = [];
    expect(verified((await get('/v1/batches/b/evidence?lineage=1&monitors=0')).body).code).toBe('ancestor-missing');
  });

  it('takes with it what a shown record names as having changed it, as headers alone where that came after the reader’s sight', async () => {
    const [recall, correction] = ['recall-r1', 'correction-c1'];
    await record('batch-b', 'batch.opened.v1', { inputs: [] });
    await record(recall, 'recall.initiated.v1', { secret: 'of others' });
    await record('batch-b', 'batch.recalled.v1', { recall: 'r1' });
    await record('batch-b', 'batch.voided.v1', { correction: 'c1' });
    await open();
    const whole = (await get('/v1/batches/b/evidence?lineage=1&monitors=0')).body;
    const { code, claims } = verified(whole);
    expect(code).toBe('ok');
    expect(whole).not.toContain('of others');
    expect(claims.filter(({ claim }) => claim === 'stream')).toMatchObject([
      { stream: 'batch-b', entries: 3, shown: 3 },
      { stream: correction, entries: 0 },
      { stream: recall, entries: 1, shown: 0 },
    ]);
    const plain = verified((await get('/v1/batches/b/evidence?monitors=0')).body);
    expect(plain.claims.filter(({ claim }) => claim === 'stream')).toHaveLength(1);
    shows = (_, body) => !body.includes('batch.recalled') && !body.includes('batch.voided');
    const withheld = verified((await get('/v1/batches/b/evidence?lineage=1&monitors=0')).body);
    expect(withheld).toMatchObject({ code: 'ok' });
    expect(withheld.claims.filter(({ claim }) => claim === 'stream')).toHaveLength(1);
  });

  it('bounds the time of a release by the checkpoints before and after it', async () => {
    await open();
    for (const type of ['batch.opened.v1', 'batch.recalled.v1', 'batch.passaged.v1']) {
      await record('batch-b', type, { inputs: [] });
      await bench.released((await bench.events()).length);
    }
    const { claims } = verified((await get('/v1/batches/b/evidence?monitors=0')).body);
    const [opened, recalled] = claims.filter((claim): claim is EventClaim => claim.claim === 'event');
    expect(opened).toMatchObject({ notBefore: null });
    expect(recalled!.notBefore).not.toBeNull();
  });

  it('bounds the time of a recall as before once old checkpoints were thinned, and still shows that the log begins with those', async () => {
    const sizes = () => {
      const db = new DatabaseSync(attestationFiles(bench.attestation).releases, { readOnly: true });
      const rows = db.prepare('SELECT size FROM release ORDER BY size').all() as { size: number }[];
      db.close();
      return rows.map(({ size }) => size);
    };
    const passaged = 'batch.passaged.v1';
    const types = ['batch.opened.v1', ...Array(4).fill(passaged), 'batch.recalled.v1', ...Array(4).fill(passaged)] as string[];
    const boundsOf = (bundle: string) => {
      const { code, claims } = verified(bundle);
      expect(code).toBe('ok');
      const recalled = claims.find((claim): claim is EventClaim => claim.claim === 'event' && claim.type === 'batch.recalled.v1');
      return [recalled!.notBefore, recalled!.notAfter];
    };
    // All of them within one minute, which is the next.
    const clock = vi.spyOn(Date, 'now');
    try {
      const minute = Math.ceil(Date.now() / 60_000) * 60_000;
      let ticks = 0;
      clock.mockImplementation(() => minute + Math.min(ticks++, 50_000));
      await open(undefined, { thinAfterMs: 3_600_000 });
      for (const [n, type] of types.entries()) {
        await record('batch-b', type, { inputs: [] });
        await bench.released(n + 1);
      }
      const before = (await get('/v1/batches/b/evidence?monitors=0')).body;
      expect(sizes()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      const saved = bench.attested.releaseFrom(4)!.note;
      clock.mockImplementation(() => minute + 7_200_000);
      await record('batch-other', passaged);
      await bench.released(11);
      // Kept: the first of the process, the first and the last of the minute, both sides of the recall, and the newest.
      await expect.poll(sizes).toEqual([1, 2, 5, 6, 10, 11]);
      const after = (await get('/v1/batches/b/evidence?monitors=0&saved=4')).body;
      expect(boundsOf(after)).toEqual(boundsOf(before));
      expect(verified(after, { saved }).code).toBe('ok');
    } finally {
      clock.mockRestore();
    }
  });

  it('shows that the log begins with what the reader saved', async () => {
    for (let n = 0; n < 3; n++) await record('batch-b', 'batch.opened.v1', { inputs: [] });
    await open();
    await bench.released(3);
    const saved = bench.attested.released!.note;
    await record('batch-b', 'batch.passaged.v1');
    await record('batch-b', 'batch.passaged.v1');
    await bench.released(5);
    expect(verified((await get('/v1/batches/b/evidence?monitors=0')).body, { saved }).code).toBe('saved-not-covered');
    const { body } = await get('/v1/batches/b/evidence?saved=2,3&monitors=0');
    expect(verified(body, { saved }).claims.at(-1)).toEqual({ claim: 'saved', size: 3 });
  });

  it('reaches the checkpoint that the reader saved, though notes of the heads come more seldom', async () => {
    await record('batch-b', 'batch.opened.v1', { inputs: [] });
    await open(undefined, { headsEveryMs: 60_000 });
    expect(verified((await get('/v1/batches/b/evidence?monitors=0')).body).code).toBe('ok');
    await record('batch-other', 'batch.passaged.v1');
    await bench.released(2);
    const saved = bench.attested.released!.note;
    const { body } = await get('/v1/batches/b/evidence?saved=2&monitors=0');
    expect(verified(body, { saved }).claims.at(-1)).toEqual({ claim: 'saved', size: 2 });
  });

  it('is refused to whoever may not know of the batch', async () => {
    await record('batch-b', 'batch.opened.v1');
    await open();
    expect((await get('/v1/batches/b/evidence', 'courier')).status).toBe(404);
    for (const malformed of [
      'b/evidence?saved=x',
      'b/evidence?saved=0',
      'a%20b/evidence',
      '%E6%89%B9/evidence',
      'b/evidence?other=1',
    ])
      expect((await get(`/v1/batches/${malformed}`)).status, malformed).toBe(400);
  });

  it('says when to come again while nothing is released', async () => {
    for (const witness of bench.witnesses) witness.manner = 'shut';
    await record('batch-b', 'batch.opened.v1');
    await open(200);
    const { status, headers } = await get('/v1/batches/b/evidence?monitors=0');
    expect([status, headers['retry-after']]).toEqual([503, '2']);
  });

  it('leaves nothing behind where its reader goes away', async () => {
    await record('batch-b', 'batch.opened.v1', { inputs: [] });
    await open();
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    for (let n = 0; n < 8; n++) {
      const gone = new AbortController();
      const asked = fetch(`${url}/v1/batches/b/evidence?monitors=30`, {
        headers: { authorization: 'Bearer auditor' },
        signal: gone.signal,
      });
      setTimeout(() => gone.abort(), 30);
      await expect(asked).rejects.toThrow();
    }
    await expect.poll(async () => (await get('/v1/batches/b/evidence?monitors=0')).status).toBe(200);
  });

  it('stays whole while much is recorded', async () => {
    await record('batch-b', 'batch.opened.v1', { inputs: [] });
    await open();
    let isOver = false;
    const writing = (async () => {
      while (!isOver) await record('batch-b', 'batch.passaged.v1');
    })();
    const bundles = await Promise.all([0, 1, 2].map(() => get('/v1/batches/b/evidence?monitors=0')));
    isOver = true;
    await writing;
    for (const { body } of bundles) expect(verified(body).code).toBe('ok');
  });
});

describe('what a database administrator wrote over attested rows', () => {
  /** The first event of the log, which no start reads again, so that attestation goes on. */
  const rewritten = async (change: (header: Buffer, body: Buffer) => { header: Buffer; body: Buffer }) => {
    await record('batch-b', 'batch.harvested.v1', { viability: '95.0' });
    await bench.say('batch-other', 400);
    await bench.attestTo(401);
    const [first] = await bench.events();
    const { header, body } = change(Buffer.from(first!.header), Buffer.from(first!.body));
    await bench.sql(
      `UPDATE events SET header = X'${header.toString('hex')}', body = X'${body.toString('hex')}' WHERE position = ${first!.position}`,
    );
    await open();
    return verified((await get('/v1/batches/b/evidence?monitors=0')).body);
  };
  const better = (body: Buffer) => Buffer.from(body.toString().replace('"95.0"', '"99.0"'));

  it('is named by a verifier: a body alone', async () => {
    const { code } = await rewritten((header, body) => ({ header, body: better(body) }));
    expect(code).toBe('body-digest-mismatch');
  });

  it('is named by a verifier: a body and the digest of it', async () => {
    const { code } = await rewritten((header, body) => ({
      header: Buffer.from(header.toString().replace(digestOf(body), digestOf(better(body)))),
      body: better(body),
    }));
    expect(code).toBe('inclusion-mismatch');
  });

  it('is nothing where the same was written', async () => {
    expect((await rewritten((header, body) => ({ header, body }))).code).toBe('ok');
  });
});

describe('what the platform says of a bundle', () => {
  const post = (payload: string | Buffer, type = 'application/x-ndjson') =>
    app.inject({
      method: 'POST',
      url: '/v1/verify',
      headers: { authorization: 'Bearer auditor', 'content-type': type },
      payload,
    });

  it('is the report that every verifier prints, and who made it', async () => {
    await record('batch-b', 'batch.opened.v1', { inputs: [] });
    await open();
    const { body } = await get('/v1/batches/b/evidence?monitors=0');
    const answer = (await post(body)).json();
    expect(answer).toEqual({ checkedBy: 'the platform’s own code', ...verified(body) });
    const cut = (await post(body.slice(0, 900))).json();
    expect(cut).toMatchObject({ checkedBy: 'the platform’s own code', code: 'truncated', claims: [] });
    expect((await post('{}', 'application/json')).statusCode).toBe(415);
  });

  it('stops reading what is too large', async () => {
    await record('batch-b', 'batch.opened.v1', { inputs: [] });
    await open();
    await until(() => bench.attested.heads !== undefined, 'a heads note');
    const lines = Buffer.alloc(2 * 1024 * 1024, 'x');
    expect((await post(lines)).json()).toMatchObject({ code: 'limit-exceeded', line: 1 });
  });
});
