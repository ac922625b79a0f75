import { join } from 'node:path';
import {
  cosignNote,
  formatNote,
  fromBase64url,
  merkleLeaf,
  readEntryBundle,
  readNote,
  readPolicy,
  verifyInclusion,
  verifyReleasedCheckpoint,
} from '@cytoledger/attest';
import type { Commands } from '@cytoledger/commands';
import { type Caller, createApp, createMetrics, Refusal } from '@cytoledger/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Attestation, attestationMetrics, openAttestation } from './service.ts';
import { Bench, ORIGIN, QUICK } from './specification/bench.ts';
import { until } from './specification/until.ts';

type App = Awaited<ReturnType<typeof createApp>>;

let bench: Bench;
let attestation: Attestation;
let app: App;

/** The role is the token. */
function callerOf(authorization: string | undefined): Caller {
  const role = authorization?.replace('Bearer ', '') as Caller['roles'][number] | undefined;
  if (!role) throw new Refusal({ status: 401, code: 'unauthenticated', title: { en: 'No token', zh: '没有令牌' } });
  return { org: 'somebody', person: null, roles: [role], client: 'spec', treatments: [], batches: [] };
}

beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => {
  await app?.close();
  await attestation?.close();
  await bench.close();
});

/** With a thread of its own, as the platform has it. */
async function open(): Promise<void> {
  attestation = openAttestation({
    store: bench.store,
    eventStore: `sqlite:${bench.path}`,
    folder: bench.attestation,
    origin: ORIGIN,
    logKeyPath: join(bench.attestation, 'log.key'),
    policy: bench.policyText,
    witnesses: bench.witnesses.map(({ name, url }) => ({ name, url })),
    mayRead: async (caller, stream) => {
      if (caller.roles.includes('courier'))
        throw new Refusal({
          status: 404,
          code: 'not-found',
          title: { en: `Nothing is known of ${stream}`, zh: `对 ${stream} 一无所知` },
        });
    },
    seeEvidence: async () => ({ streams: [] }),
    pace: QUICK,
  });
  const metrics = createMetrics();
  attestationMetrics(attestation.attested, metrics);
  const commands = { clock: { behind: () => 0 } } as unknown as Commands;
  app = await createApp({ services: [attestation.service], commands, authenticate: callerOf, metrics, version: '0' });
}

async function attested(events: number): Promise<void> {
  for (let said = 0; said < events; said += 100) await bench.say(`batch-${said}`, Math.min(100, events - said));
  await open();
  await until(() => attestation.attested.heads?.size === events, `a heads note of ${events}`);
}

const get = (url: string, role?: string) => app.inject({ url, headers: role ? { authorization: `Bearer ${role}` } : {} });

describe('the public log', () => {
  it('has no checkpoint and no heads note before the first release', async () => {
    for (const witness of bench.witnesses) witness.manner = 'shut';
    await bench.say('batch-a', 1);
    await open();
    expect((await get('/log/checkpoint')).statusCode).toBe(404);
    expect((await get('/log/heads')).statusCode).toBe(404);
    expect((await get('/log/policy')).body).toBe(bench.policyText);
  });

  it('gives its newest checkpoint to everybody, and lets nobody keep it for the newest', async () => {
    await attested(5);
    const { headers, body } = await get('/log/checkpoint');
    expect(headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' });
    expect(verifyReleasedCheckpoint(body, readPolicy(bench.policyText)).checkpoint.size).toBe(5);
  });

  it('gives every tile that a log of its size has, to be kept for ever', async () => {
    await attested(300);
    const leaves = (await bench.events()).map(({ header }) => merkleLeaf(header));
    const full = await get('/log/tile/0/000');
    expect(full.rawPayload).toEqual(Buffer.concat(leaves.slice(0, 256)));
    expect(full.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await get('/log/tile/0/001.p/44')).rawPayload).toEqual(Buffer.concat(leaves.slice(256)));
    expect((await get('/log/tile/1/000.p/1')).rawPayload).toHaveLength(32);
  });

  it.each(['0/001.p/45', '0/001', '1/000.p/2', '2/000.p/1', '0/0', '0/000.p/256', '63/000', 'x', '..%2Fsigned'])(
    'has no tile %s',
    async (path) => {
      await attested(300);
      expect((await get(`/log/tile/${path}`)).statusCode).toBe(404);
    },
  );

  it('gives headers to monitors and auditors, and to nobody else', async () => {
    await attested(300);
    const path = '/log/tile/entries/001.p/44';
    expect((await get(path)).statusCode).toBe(401);
    expect((await get(path, 'hospital.nurse')).statusCode).toBe(403);
    const headers = (await bench.events()).map(({ header }) => Buffer.from(header)).slice(256);
    for (const role of ['auditor', 'log.monitor']) {
      const answer = await get(path, role);
      expect(readEntryBundle(answer.rawPayload, 44)).toEqual(headers);
      expect(answer.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    }
    expect((await get('/log/tile/entries/001.p/45', 'auditor')).statusCode).toBe(404);
  });

  it('does not give out headers that are not what was attested', async () => {
    await attested(3);
    const answer = () => get('/log/tile/entries/000.p/3', 'auditor');
    expect((await answer()).statusCode).toBe(200);
    await attestation.close();
    await bench.sql('UPDATE events SET header = (SELECT header FROM events WHERE position = 1) WHERE position = 2');
    await app.close();
    await open();
    await until(() => attestation.attested.state.alarm !== null, 'an alarm');
    expect((await answer()).statusCode).toBe(500);
  });
});

describe('a monitor', () => {
  const post = (body: string, type = 'text/plain; charset=utf-8') =>
    app.inject({ method: 'POST', url: '/log/heads/cosignatures', headers: { 'content-type': type }, payload: body });
  const cosigned = (text: string, name = 'monitor.example') =>
    formatNote({ text, signatures: [cosignNote(text, { name, privateKey: bench.monitor.privateJwk }, 1_800_000_000)] });

  it('hands in its cosignature, which then stands in the heads note', async () => {
    await attested(2);
    const { text } = readNote((await get('/log/heads')).body);
    expect((await post(cosigned(text))).statusCode).toBe(200);
    expect(readNote((await get('/log/heads')).body).signatures.map(({ name }) => name)).toEqual([ORIGIN, 'monitor.example']);
  });

  it('is refused with another note, another key, another signature, or something else altogether', async () => {
    await attested(2);
    const { text } = readNote((await get('/log/heads')).body);
    const forged = cosigned(text).replace(/[A-Za-z](=*)\n$/, (end) =>
      end.startsWith('A') ? `B${end.slice(1)}` : `A${end.slice(1)}`,
    );
    expect((await post(cosigned(text.replace('\n2\n', '\n1\n')))).json()).toMatchObject({
      status: 409,
      code: 'heads-note-moved',
    });
    expect((await post(cosigned(text, 'stranger.example'))).json()).toMatchObject({ status: 403, code: 'unknown-monitor' });
    expect((await post(forged)).json()).toMatchObject({ status: 400 });
    expect((await post('nothing of the kind')).json()).toMatchObject({ status: 400, code: 'invalid-note' });
    expect((await post('{}', 'application/json')).statusCode).toBe(415);
  });
});

describe('the proof of an event', () => {
  it('is one that a holder of the policy can check alone', async () => {
    await attested(120);
    const { body } = await get('/v1/streams/batch-100/7/proof', 'lab.qa');
    const { header, leaf, inclusion, checkpoint, ...rest } = JSON.parse(body);
    const { checkpoint: released } = verifyReleasedCheckpoint(checkpoint, readPolicy(bench.policyText));
    const path = inclusion.hashes.map((hash: string) => fromBase64url(hash));
    const leafHash = merkleLeaf(Buffer.from(header, 'utf8'));
    verifyInclusion({ leafHash, index: inclusion.index, size: released.size, path, root: released.root });
    expect({ ...rest, leaf }).toEqual({ origin: ORIGIN, stream: 'batch-100', seq: 7, leaf: leafHash.toString('base64url') });
  });

  it('is promised for later where the event is recorded and not released', async () => {
    await attested(1);
    for (const witness of bench.witnesses) witness.manner = 'shut';
    await bench.say('batch-0', 1);
    const answer = await get('/v1/streams/batch-0/1/proof', 'lab.qa');
    expect(answer.json()).toMatchObject({ status: 503, code: 'not-released-yet' });
    expect(answer.headers['retry-after']).toBe('1');
    for (const witness of bench.witnesses) witness.manner = 'honest';
    await until(() => attestation.attested.size === 2, 'both are released');
    expect((await get('/v1/streams/batch-0/1/proof', 'lab.qa')).statusCode).toBe(200);
  });

  it('is for who may read the stream, and of events that there are', async () => {
    await attested(1);
    expect((await get('/v1/streams/batch-0/0/proof', 'courier')).statusCode).toBe(404);
    expect((await get('/v1/streams/batch-0/1/proof', 'lab.qa')).statusCode).toBe(404);
    expect((await get('/v1/streams/batch-1/0/proof', 'lab.qa')).statusCode).toBe(404);
    expect((await get('/v1/streams/batch-0/x/proof', 'lab.qa')).statusCode).toBe(400);
    expect((await get('/v1/streams/batch-0/0/proof')).statusCode).toBe(401);
  });
});

describe('an operator', () => {
  it('is told by readiness and metrics that attestation stands still, and why', async () => {
    await attested(3);
    expect((await get('/readyz')).json()).toEqual({ status: 'ready', reasons: [] });
    await bench.say('batch-0', 1, { prev: 'A'.repeat(43) });
    await until(() => attestation.attested.state.alarm !== null, 'an alarm');
    const { status, reasons } = (await get('/readyz')).json();
    expect(status).toBe('not-ready');
    expect(reasons[0]).toMatch(/attestation stands still \(prev-mismatch\): the event at position 4 \(batch-0 seq 3\)/);
    const { body } = await get('/metrics');
    expect(body).toContain('cytoledger_attestation_alarm{code="prev-mismatch"} 1');
    expect(body).toContain('cytoledger_attestation_released_size 3');
    expect(body).toMatch(/cytoledger_attestation_lag_seconds 0*[.\d]*[1-9]/);
  });

  it('sees how far each witness is behind', async () => {
    await attested(3);
    bench.witnesses[1]!.manner = 'shut';
    await bench.say('batch-0', 2);
    await until(() => attestation.attested.size === 5, 'the others release');
    await until(() => attestation.attested.state.witnesses[1]!.trouble !== null, 'its trouble is known');
    expect((await get('/metrics')).body).toContain('cytoledger_attestation_witness_lag_entries{witness="witness-2.example"} 2');
  });
});
