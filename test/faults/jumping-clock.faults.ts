import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEventStore } from '@cytoledger/event-store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Issuing, startIssuer, startProcess, stopped } from './platform-process.fixture.ts';
import { post, said, verifiedLog } from './saying.fixture.ts';

const PRELOAD = fileURLToPath(new URL('./shifted-clock.fixture.ts', import.meta.url));

let issuing: Issuing;
let folder: string;
beforeAll(async () => {
  issuing = await startIssuer();
  folder = await mkdtemp(join(tmpdir(), 'clock-'));
});
afterAll(async () => {
  issuing.stop();
  await rm(folder, { recursive: true, force: true });
});

it('a clock that jumps back stops writing and readiness, not reading, and nothing is ever recorded in the wrong order', async () => {
  const offset = join(folder, 'offset');
  const set = async (ms: number) => {
    await writeFile(`${offset}.new`, String(ms));
    await rename(`${offset}.new`, offset);
  };
  await set(0);
  const env = { ...issuing.env, DATA_DIR: join(folder, 'data'), CLOCK_OFFSET_FILE: offset };
  const token = await issuing.issuer.token({ org: 'clinic-a', person: 'staff-0001', roles: ['hospital.nurse'] });
  const platform = startProcess(env, { nodeArgs: ['--import', PRELOAD] });
  const url = await platform.url;
  const send = (person: string) => post(url, `/v1/persons/${person}`, token, said({ role: 'donor' }));
  const ready = async () => (await fetch(`${url}/readyz`)).status;
  expect((await send('donor-0001')).status).toBe(201);

  await set(-600_000);
  expect(await send('donor-0001')).toMatchObject({ status: 503, body: { code: 'clock-behind' } });
  expect(await send('donor-0002')).toMatchObject({ status: 503, body: { code: 'clock-behind' } });
  expect(await ready()).toBe(503);
  expect((await fetch(`${url}/openapi.json`)).status).toBe(200);

  await set(-1_000);
  expect((await send('donor-0001')).status).toBe(201);
  await set(3_600_000);
  expect((await send('donor-0001')).status).toBe(201);
  await set(0);
  expect(await send('donor-0001')).toMatchObject({ status: 503, body: { code: 'clock-behind' } });
  await set(3_600_500);
  expect((await send('donor-0002')).status).toBe(201);
  expect(await ready()).toBe(200);
  await stopped(platform);

  const store = await openEventStore(`sqlite:${join(folder, 'data', 'log.db')}`, { readOnly: true });
  const log = await verifiedLog(store);
  await store.close();
  const times = log.map(({ recordedAt }) => recordedAt);
  expect(times).toEqual([...times].sort());
});

it('a clock that was set back while the platform was down is noticed before anything is written', async () => {
  const offset = join(folder, 'offset-down');
  await writeFile(offset, '0');
  const env = { ...issuing.env, SERVICES: '', DATA_DIR: join(folder, 'data-down'), CLOCK_OFFSET_FILE: offset };
  const token = await issuing.issuer.token({ org: 'clinic-a', person: 'staff-0001', roles: ['hospital.nurse'] });
  const before = startProcess(env, { nodeArgs: ['--import', PRELOAD] });
  const { body } = await post(await before.url, '/v1/persons/donor-0001', token, said({ role: 'donor' }));
  const { position } = (body as { receipt: { position: string } }).receipt;
  await fetch(`${await before.url}/v1/streams/person-donor-0001/state?minPosition=${position}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await stopped(before);

  await writeFile(offset, '-600000');
  const after = startProcess(env, { nodeArgs: ['--import', PRELOAD] });
  expect(await post(await after.url, '/v1/persons/donor-0002', token, said({ role: 'donor' }))).toMatchObject({
    status: 503,
    body: { code: 'clock-behind' },
  });
  await stopped(after);
});
