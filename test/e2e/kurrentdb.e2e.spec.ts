import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KurrentDouble, startKurrentDouble } from '../doubles/kurrentdb/index.ts';

let double: KurrentDouble;
let platform: Platform;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'platform-'));
  double = await startKurrentDouble();
  const env = { DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent', EVENT_STORE: double.url };
  platform = await startPlatform(readConfig(env, ['--empty']));
});
afterEach(async () => {
  await platform.close();
  await double.stop();
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
});
