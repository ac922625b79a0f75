import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { merkleLeaf, readPolicy, verifyInclusion, verifyReleasedCheckpoint } from '@cytoledger/attest';
import { WitnessDouble } from '@cytoledger/attestation/specification';
import { type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KurrentDouble, startKurrentDouble } from '../doubles/kurrentdb/index.ts';

let double: KurrentDouble;
let witness: WitnessDouble;
let platform: Platform;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'platform-'));
  double = await startKurrentDouble();
  witness = await new WitnessDouble('witness.example').listen();
  const beside = join(folder, 'attestation', 'witnesses', witness.name);
  await mkdir(beside, { recursive: true });
  await writeFile(join(beside, 'vkey'), witness.vkey);
  const attested = { WITNESSES: `${witness.name}=${witness.url}` };
  const env = { DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent', EVENT_STORE: double.url, ...attested };
  platform = await startPlatform(readConfig(env, ['--empty']));
});
afterEach(async () => {
  await platform.close();
  await double.stop();
  witness.close();
  await rm(folder, { recursive: true, force: true });
});

async function post(
  path: string,
  data: object,
  id = uuidv7(),
): Promise<{ status: number; body: { receipt: { position: string; stream: string } } }> {
  const answer = await fetch(`${platform.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id, occurredAt: '2026-11-20T09:00:00+08:00', capture: { mode: 'direct', precision: 's' }, data }),
  });
  return { status: answer.status, body: (await answer.json()) as never };
}

const token = () => platform.issuer!.token({ org: 'hospital-a', roles: ['hospital.physician'], person: 'doctor-0001' });

async function get(path: string): Promise<unknown> {
  const answer = await fetch(`${platform.url}${path}`, { headers: { authorization: `Bearer ${await token()}` } });
  return answer.json();
}

describe('the platform on KurrentDB', () => {
  it('captures, answers a repeated sending with the same receipt, and traces what it captured', async () => {
    const donation = uuidv7();
    const id = uuidv7();
    const registered = await post('/v1/persons/donor-0001', { role: 'donor', name: '王小明' });
    const first = await post(`/v1/donations/${donation}`, { donor: 'donor-0001', kind: 'allogeneic' }, id);
    const again = await post(`/v1/donations/${donation}`, { donor: 'donor-0001', kind: 'allogeneic' }, id);
    expect([registered.status, first.status, again.status]).toEqual([201, 201, 200]);
    expect(again.body.receipt).toEqual(first.body.receipt);
    const { position } = first.body.receipt;
    const history = await get(`/v1/streams/donation-${donation}/history?minPosition=${position}`);
    expect(history).toMatchObject({ entries: 1, events: [{ header: { id } }] });
  });

  it('proves what it captured by a checkpoint that a witness has cosigned', async () => {
    const registered = await post('/v1/persons/donor-0001', { role: 'donor', name: '王小明' });
    expect(registered.status).toBe(201);
    const ask = () =>
      get(`/v1/streams/person-donor-0001/0/proof`) as Promise<{
        status?: number;
        header: string;
        inclusion: { index: number; hashes: string[] };
        checkpoint: string;
      }>;
    await expect.poll(async () => (await ask()).status).toBeUndefined();
    const { header, inclusion, checkpoint } = await ask();
    const policy = readPolicy(await (await fetch(`${platform.url}/log/policy`)).text());
    const { size, root } = verifyReleasedCheckpoint(checkpoint, policy).checkpoint;
    const path = inclusion.hashes.map((hash) => Buffer.from(hash, 'base64url'));
    verifyInclusion({ leafHash: merkleLeaf(Buffer.from(header)), index: inclusion.index, size, path, root });
    expect(JSON.parse(header)).toMatchObject({ stream: 'person-donor-0001', seq: 0 });
  });
});
