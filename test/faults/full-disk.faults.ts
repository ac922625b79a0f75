import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventStore } from '@cytoledger/event-store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Issuing, startIssuer, startProcess, stopped } from './platform-process.fixture.ts';
import { type Answered, inLog, post, type Receipt, type Said, said, verifiedLog } from './saying.fixture.ts';

/** A small disk of its own, where this computer lets us make one. */
function mounted(folder: string, megabytes: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let issuing: Issuing;
let folder: string;
let isDisk = false;
beforeAll(async () => {
  issuing = await startIssuer();
  folder = await mkdtemp(join(tmpdir(), 'full-'));
  isDisk = mounted(folder, 12);
});
afterAll(async () => {
  issuing.stop();
  if (isDisk) execFileSync('umount', [folder]);
  await rm(folder, { recursive: true, force: true });
});

it('a full disk is told with 503, loses nothing that was acknowledged, and is recovered from by making room', async ({
  skip,
}) => {
  if (!isDisk) skip('a small disk cannot be mounted here (needs root)');
  const env = { ...issuing.env, DATA_DIR: folder };
  const token = await issuing.issuer.token({ org: 'clinic-a', person: 'staff-0001', roles: ['hospital.nurse'] });
  const platform = startProcess(env);
  const url = await platform.url;
  const acknowledged = new Map<string, Receipt>();
  const refused: { body: Said; person: string; answer: Answered }[] = [];
  const sender = async (n: number) => {
    for (let i = 0; refused.length < 50; i++) {
      const person = `donor-${n}-${i % 20}-00`;
      const body = said({ role: 'donor', contact: 'x'.repeat(480) });
      const answer = await post(url, `/v1/persons/${person}`, token, body);
      if (answer.status === 201) acknowledged.set(body.id, answer.body.receipt);
      else refused.push({ body, person, answer });
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, n) => sender(n)));
  expect(acknowledged.size).toBeGreaterThan(100);
  for (const { answer } of refused) {
    expect(answer.status).toBe(503);
    expect(answer.type).toContain('application/problem+json');
    expect(answer.body.code).toMatch(/^(unavailable|vault-unavailable|outcome-unknown|store-.*)$/);
  }
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  platform.kill('SIGTERM');
  await platform.ended;

  execFileSync('mount', ['-o', 'remount,size=96m', folder]);
  const again = startProcess(env);
  const where = await again.url;
  for (const { body, person } of refused) {
    const answer = await post(where, `/v1/persons/${person}`, token, body);
    expect([200, 201]).toContain(answer.status);
    acknowledged.set(body.id, answer.body.receipt);
  }
  await stopped(again);
  const store = await openEventStore(`sqlite:${join(folder, 'log.db')}`, { readOnly: true });
  const byId = new Map((await verifiedLog(store)).map((entry) => [entry.id, entry]));
  await store.close();
  for (const [id, receipt] of acknowledged) expect(byId.get(id)).toMatchObject(inLog(receipt));
  console.info(`${acknowledged.size} acknowledged, ${refused.length} refused while the disk was full`);
});
